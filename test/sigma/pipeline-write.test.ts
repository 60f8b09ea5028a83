import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseCondition } from '../../services/lib/sigma/condition.ts'
import type { Condition } from '../../services/lib/sigma/condition.ts'
import { printCondition } from '../../services/lib/sigma/pipeline-condition.ts'
import { readDetection, readItem } from '../../services/lib/sigma/pipeline-detection.ts'
import type { Detection } from '../../services/lib/sigma/pipeline-detection.ts'
import { printText, readText } from '../../services/lib/sigma/pipeline-text.ts'
import { writeSelection } from '../../services/lib/sigma/pipeline-write.ts'

const { tree } = fc.letrec<{ tree: Detection }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc
      .tuple(fc.constantFrom('a', 'b', 'c', ''), fc.integer({ min: 0, max: 3 }))
      .map(([field, value]) => readItem(field, value)),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
  ),
}))
const facts = fc.array(fc.boolean(), { minLength: 16, maxLength: 16 })

/** Whether a selection holds where each pair of field and value is true or false by itself. */
function holds(detection: Detection, given: readonly boolean[]): boolean {
  if (detection.kind === 'item') {
    const field = ['a', 'b', 'c', undefined].indexOf(detection.field)
    return detection.values.some((value) => given[field * 4 + Number(value)])
  }
  return detection.kind === 'and'
    ? detection.of.every((part) => holds(part, given))
    : detection.of.some((part) => holds(part, given))
}

function evaluate(condition: Condition, by: (name: string) => boolean): boolean {
  if (condition.kind === 'selection') return by(condition.name)
  if (condition.kind === 'not') return !evaluate(condition.of, by)
  return condition.kind === 'and'
    ? condition.of.every((part) => evaluate(part, by))
    : condition.of.some((part) => evaluate(part, by))
}

test('whatever tree of items a selection became, it is written with the same meaning', () => {
  fc.assert(
    fc.property(tree, facts, (detection, given) => {
      const { selections, condition } = writeSelection('s', detection, (name) => name === '_s_1')
      const read = new Map([...selections].map(([name, plain]) => [name, readDetection(plain)]))
      const printed = parseCondition(printCondition(condition), [...selections.keys()])
      const isMet = evaluate(printed, (name) => holds(read.get(name) ?? detection, given))
      expect(isMet).toBe(holds(detection, given))
      expect(selections.has('_s_1')).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('a Sigma string is written so that it reads as the same one', () => {
  const source = fc.string({
    unit: fc.constantFrom('\\', '*', '?', '%', 'a', 'b'),
    maxLength: 12,
  })
  fc.assert(
    fc.property(source, fc.boolean(), (written, isExpanded) => {
      const text = readText(written, isExpanded)
      expect(readText(printText(text), isExpanded)).toEqual(text)
    }),
    { numRuns: 2000 },
  )
})

test.for([
  { why: 'one backslash before a letter is one', source: 'a\\b', written: 'a\\b' },
  { why: 'two are one', source: 'a\\\\b', written: 'a\\b' },
  { why: 'two before a wildcard stay two', source: 'a\\\\*', written: 'a\\\\*' },
  { why: 'a literal wildcard stays one', source: 'a\\*', written: 'a\\*' },
  { why: 'two at the end are one, and written as two', source: 'a\\\\', written: 'a\\\\' },
  { why: 'one at the end is one, and written as two', source: 'a\\', written: 'a\\\\' },
])('$why', ({ source, written }) => {
  expect(printText(readText(source, false))).toBe(written)
})
