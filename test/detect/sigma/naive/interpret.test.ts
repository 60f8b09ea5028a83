import { describe, expect, test } from 'vitest'
import { naiveIds, naiveMatches } from './interpret.ts'
import { ITEM_CASES } from './item-cases.ts'
import { NaiveRefusal } from './refusal.ts'

type Plain = Record<string, unknown>

const ruleOf = (search: unknown): Plain => ({ detection: { sel: search, condition: 'sel' } })

describe.for(Object.entries(ITEM_CASES))('%s', ([, cases]) => {
  const options = { placeholders: { who: ['root', 'r*t'] } }
  test.for([...cases])('$why', ({ item, holds, not }) => {
    expect(naiveMatches(ruleOf(item), holds, options)).toBe(true)
    expect(naiveMatches(ruleOf(item), not, options)).toBe(false)
  })
})

const SELECTIONS = { a1: { a: 1 }, a2: { b: 1 }, c: { c: 1 }, _x: { d: 1 } }
test.for([
  { condition: 'a1 or a2 and c', event: { a: 1 }, holds: true },
  { condition: '(a1 or a2) and c', event: { a: 1 }, holds: false },
  { condition: 'not a1 and a2', event: { b: 1 }, holds: true },
  { condition: 'not (a1 and a2)', event: { b: 1 }, holds: true },
  { condition: '1 of a*', event: { b: 1 }, holds: true },
  { condition: 'all of a*', event: { b: 1 }, holds: false },
  { condition: 'all of them', event: { a: 1, b: 1, c: 1 }, holds: true },
  { condition: 'any of them', event: { d: 1 }, holds: false },
  { condition: ['a1', '_x'], event: { d: 1 }, holds: true },
])('$condition: $holds', ({ condition, event, holds }) => {
  expect(naiveMatches({ detection: { ...SELECTIONS, condition } }, event)).toBe(holds)
})

test.for([
  { why: 'no such selection', detection: { a: { a: 1 }, condition: 'b' } },
  { why: 'an open bracket', detection: { a: { a: 1 }, condition: '(a' } },
  { why: 'a count', detection: { a: { a: 1 }, condition: 'a | count() > 5' } },
  { why: 'a pattern of none', detection: { _a: { a: 1 }, condition: '1 of _*' } },
  { why: 'an empty selection', detection: { a: {}, condition: 'a' } },
  { why: 'an unknown modifier', detection: { a: { 'a|like': 1 }, condition: 'a' } },
  { why: 'no such placeholder', detection: { a: { 'a|expand': '%x%' }, condition: 'a' } },
  { why: 'a wildcard in Base64', detection: { a: { 'a|base64': 'x*' }, condition: 'a' } },
])('$why is refused', ({ detection }) => {
  expect(() => naiveMatches({ detection }, { a: 1 })).toThrow(NaiveRefusal)
})

test('a list of maps and keywords is an or', () => {
  const rule = ruleOf(['zzz', { a: 'x', b: 1 }])
  expect(naiveMatches(rule, { a: 'x', b: 1 })).toBe(true)
  expect(naiveMatches(rule, { a: 'x' })).toBe(false)
  expect(naiveMatches(rule, { c: 'azzzb' })).toBe(true)
})

test('a filter narrows the rules it names, where the log source is theirs', () => {
  const rule = (id: string, product: string): Plain => ({
    ...ruleOf({ a: 1 }),
    id,
    name: `name-${id}`,
    logsource: { product },
  })
  const filter = {
    logsource: { product: 'x' },
    filter: { rules: ['r1', 'name-r2', 'r3'], admin: { user: 'admin' }, condition: 'not admin' },
  }
  const documents = [rule('r4', 'x'), rule('r3', 'y'), rule('r2', 'x'), rule('r1', 'x'), filter]
  expect(naiveIds(documents, { a: 1, user: 'other' })).toEqual(['r1', 'r2', 'r3', 'r4'])
  expect(naiveIds(documents, { a: 1, user: 'admin' })).toEqual(['r3', 'r4'])
})
