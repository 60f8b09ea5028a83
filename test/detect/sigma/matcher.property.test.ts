import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DULL_OBSERVATION } from '../../../services/detect/pack/dull-records.ts'
import { compileRules } from '../../../services/detect/pack/streams.ts'
import type { Rule } from '../../../services/detect/pack/rule.ts'
import { aRule } from '../a-rule.ts'

type Value = string | number | boolean | null
type Entry = { field: string; modifier: string; values: Value[] }
type Node = { not: Node } | { op: 'and' | 'or'; parts: Node[] } | { name: string }
type Sketch = { selections: Record<string, Entry[][]>; condition: Node }
type Facts = Record<string, unknown>

const FIELDS = [
  'action',
  'effect',
  'requested',
  'tool_calls',
  'labels',
  'tool_name',
  'rows',
] as const
const TEXTS = ['a', 'b', 'ab', 'Ab', 'aab', 'a*b', '']

const text = fc.constantFrom(...TEXTS)
const pattern = fc.constantFrom(
  'a',
  'B',
  'a*',
  '*b',
  'a?b',
  '*',
  '?',
  String.raw`a\*b`,
  '',
  'a*a*b',
)
const number = fc.integer({ min: 0, max: 4 })
const entry: fc.Arbitrary<Entry> = fc
  .record({ field: fc.constantFrom(...FIELDS), isList: fc.boolean() })
  .chain(({ field, isList }) => {
    const many = <T extends Value>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(value, { minLength: 1, maxLength: isList ? 3 : 1 })
    const as = (modifier: string, values: fc.Arbitrary<Value[]>): fc.Arbitrary<Entry> =>
      values.map((wanted) => ({ field, modifier, values: wanted }))
    return fc.oneof(
      as('', many(fc.oneof(pattern, number, fc.boolean()))),
      as('', fc.constant([null])),
      as('contains', many(pattern)),
      as('startswith', many(pattern)),
      as('endswith', many(pattern)),
      as('cased', many(pattern)),
      as('all', fc.tuple(pattern, pattern)),
      as('gte', many(number)),
      as('lt', many(number)),
      fc.boolean().map((is) => ({ field, modifier: 'exists', values: [is] })),
    )
  })
const NAMES = ['s1', 's2', 's3']
const condition: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...NAMES).map((name) => ({ name })),
    tie('node').map((not) => ({ not })),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).node
const sketch: fc.Arbitrary<Sketch> = fc.record({
  selections: fc.record(
    Object.fromEntries(
      NAMES.map((name) => [
        name,
        fc.array(fc.array(entry, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
      ]),
    ),
  ),
  condition,
})
const facts: fc.Arbitrary<Facts> = fc.record({
  action: text,
  effect: fc.option(text),
  requested: fc.option(fc.boolean()),
  tool_calls: fc.option(number),
  labels: fc.array(text, { maxLength: 3 }),
  tool_name: fc.option(text),
  rows: fc.option(number),
})

/** Sigma as a reader of its specification would write it down, with no care for speed. */
function naive(rule: Sketch, record: Facts): boolean {
  const holds = (node: Node): boolean => {
    if ('name' in node) return (rule.selections[node.name] ?? []).some(all)
    if ('not' in node) return !holds(node.not)
    return node.op === 'and' ? node.parts.every(holds) : node.parts.some(holds)
  }
  const all = (entries: Entry[]): boolean => entries.every((one) => naiveEntry(one, record))
  return holds(rule.condition)
}

function naiveEntry({ field, modifier, values }: Entry, record: Facts): boolean {
  const found = record[field]
  const elements: unknown[] = Array.isArray(found) ? found : [found ?? null]
  const one = (wanted: Value): boolean => {
    if (modifier === 'exists') return ((found ?? null) !== null) === wanted
    if (wanted === null) return (found ?? null) === null
    return elements.some((element) => element !== null && naiveValue(modifier, wanted, element))
  }
  return modifier === 'all' ? values.every(one) : values.some(one)
}

function naiveValue(modifier: string, wanted: Value, found: unknown): boolean {
  if (modifier === 'gte' || modifier === 'lt') {
    const value = typeof found === 'number' ? found : Number.NaN
    return modifier === 'gte' ? value >= Number(wanted) : value < Number(wanted)
  }
  if (typeof wanted === 'number') return found === wanted
  let source = expressionOf(String(wanted))
  if (modifier === 'contains' || modifier === 'endswith') source = `[^]*${source}`
  if (modifier === 'contains' || modifier === 'startswith') source = `${source}[^]*`
  return new RegExp(`^${source}$`, modifier === 'cased' ? 'u' : 'iu').test(String(found))
}

function expressionOf(wildcards: string): string {
  return wildcards.replaceAll(/\\([*?\\])|([*?])|([^])/g, (_, escaped, wildcard, plain) => {
    if (wildcard === '*') return '[^]*'
    return wildcard === '?' ? '[^]' : RegExp.escape(String(escaped ?? plain))
  })
}

function parsed(rule: Sketch, place: number): Rule {
  const written = (node: Node): string => {
    if ('name' in node) return node.name
    if ('not' in node) return `not (${written(node.not)})`
    return `(${node.parts.map(written).join(` ${node.op} `)})`
  }
  const map = (entries: Entry[]): object =>
    Object.fromEntries(
      entries.map(({ field, modifier, values }) => [
        modifier === '' ? field : `${field}|${modifier}`,
        values.length === 1 ? values[0] : values,
      ]),
    )
  const selections = Object.entries(rule.selections).map(([name, maps]) => [name, maps.map(map)])
  return aRule({
    id: `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`,
    detection: { ...Object.fromEntries(selections), condition: written(rule.condition) },
  })
}

/** A map has a key once: of two entries of the same key the last one stands. */
function withoutRepeats(rule: Sketch): Sketch {
  const once = (entries: Entry[]): Entry[] => [
    ...new Map(entries.map((one) => [`${one.field}|${one.modifier}`, one])).values(),
  ]
  const selections = Object.entries(rule.selections).map(([name, maps]) => [name, maps.map(once)])
  return { ...rule, selections: Object.fromEntries(selections) as Sketch['selections'] }
}

test('rules behind the index fire exactly where a naive reading of them does', () => {
  const counts = { fired: 0, silent: 0 }
  const rules = fc.array(sketch.map(withoutRepeats), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(rules, fc.array(facts, { minLength: 1, maxLength: 8 }), (sketches, records) => {
      const compiled = compileRules(sketches.map(parsed))
      const stream = compiled.streamOf('observation', 'application')
      for (const record of records) {
        const subject = { record: { ...DULL_OBSERVATION, ...record }, statistic: () => null }
        const fired = stream.firing(subject).map((rule) => Number(rule.id.slice(-12)))
        const expected = [...sketches.keys()].filter((place) => naive(sketches[place]!, record))
        expect(fired).toEqual(expected)
        counts.fired += expected.length
        counts.silent += sketches.length - expected.length
      }
    }),
    { numRuns: process.env['TOCSIN_SOAK'] === undefined ? 400 : 20_000 },
  )
  expect(counts.fired).toBeGreaterThan(500)
  expect(counts.silent).toBeGreaterThan(500)
})
