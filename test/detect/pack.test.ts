import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import { parseCorrelation } from '#sigma/correlation.ts'
import { kindOf, readDocuments } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import { tagMeaning, unknownTags } from '#sigma/taxonomy.ts'
import { firesOnTest } from '../../services/correlate/sequence/sequence-tests.ts'
import { runRuleTests } from '../../services/detect/trial/rule-tests.ts'
import { loadRules } from './load-rules.ts'
import { ALL_LAYERS, ruleDocument } from '../../services/detect/pack/document.ts'
import { resolveField } from '../../services/detect/pack/fields.ts'

const RULES = join(import.meta.dirname, '../../services/detect/rules')
const SEQUENCES = join(import.meta.dirname, '../../services/correlate/sequences')
const RULES_MIN_COUNT = 60
const ROWS_COUNT = 41
const CATEGORIES_COUNT = 12
/** Fields that differ from record to record: to suppress by them suppresses nothing. */
const UNIQUE_FIELDS = new Set(
  'event_id observation_id call_id span_id trace_id collector_seq occurred_at collected_at'.split(
    ' ',
  ),
)

const pack = loadRules(RULES)
const documents = [RULES, SEQUENCES].flatMap(documentsUnder)
const correlations = documents
  .filter((document) => kindOf(document) === 'correlation')
  .map((document) => parseCorrelation(document))
const resolved = resolveCorrelations(correlations, pack.rules)
const byName = new Map(pack.rules.map((rule) => [rule.name, rule]))

function documentsUnder(directory: string): SigmaDocument[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.yml')).sort()
  return files.flatMap((file) => {
    const { documents: found, refused } = readDocuments(
      file,
      readFileSync(join(directory, file), 'utf8'),
    )
    expect(refused).toEqual([])
    return found
  })
}

/** What both kinds of documents say of themselves, as they are written. */
const shared = ruleDocument.pick({ name: true, id: true, title: true, tags: true, tocsin: true })
const written = documents.map((document) => ({
  document,
  ...shared.parse(document.plain),
  ...ruleDocument
    .pick({ status: true, description: true, falsepositives: true })
    .parse(document.plain),
}))

/** What is told to somebody: base rules that only count are not. */
const loud = written.filter(({ id }) => !resolved.silentRuleIds.has(id))

const tagsOf = (prefix: string): Set<string> =>
  new Set(loud.flatMap(({ tags }) => tags.filter((tag) => tag.startsWith(`tocsin.${prefix}-`))))

const numbersTo = (prefix: string, count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `tocsin.${prefix}-${String(index + 1).padStart(2, '0')}`,
  )

test('the whole pack loads, and is as large as it says', () => {
  expect(pack.refused).toEqual([])
  expect(resolved.refused).toEqual([])
  expect(loud.length).toBeGreaterThanOrEqual(RULES_MIN_COUNT)
  expect(written.length).toBe(pack.rules.length + correlations.length)
})

test('every row and every category has a rule that alerts, and no other is named', () => {
  expect([...tagsOf('row')].sort()).toEqual(numbersTo('row', ROWS_COUNT))
  expect([...tagsOf('category')].sort()).toEqual(numbersTo('category', CATEGORIES_COUNT))
})

test('no two documents share an id, a name or a title', () => {
  for (const member of ['id', 'name', 'title'] as const) {
    expect(new Set(written.map((one) => one[member])).size).toBe(written.length)
  }
})

test.for(written)('$name says all that a rule must say', ({ document, ...rule }) => {
  const { name, tags, tocsin, description, falsepositives, status } = rule
  expect(basename(document.file, '.yml')).toBe(name)
  expect(status).toBe('experimental')
  expect(description).toMatch(/Catches .*Misses /s)
  expect(tocsin.why_level).toBeDefined()
  expect(tocsin.why_level).not.toMatch(/\n/)
  expect(tocsin.what_to_do).toBeDefined()
  expect(falsepositives.length).toBeGreaterThan(0)
  expect(unknownTags(tags)).toEqual([])
  for (const namespace of ['atlas.', 'owasp.', 'tocsin.row-']) {
    expect(tags.filter((tag) => tag.startsWith(namespace))).not.toEqual([])
  }
})

test.for(written)('the guide of $name asks two to five questions of real fields', ({ tocsin }) => {
  expect(tocsin.guide.length).toBeGreaterThanOrEqual(2)
  expect(tocsin.guide.length).toBeLessThanOrEqual(5)
  for (const { field, question } of tocsin.guide) {
    expect(() => resolveField(field, 'observation', ALL_LAYERS)).not.toThrow()
    expect(question).toMatch(/\?$/)
  }
  expect(new Set(tocsin.guide.map(({ question }) => question)).size).toBe(tocsin.guide.length)
})

test.for(written.filter(({ tocsin }) => tocsin.suppress !== undefined))(
  '$name is not suppressed by what is always new',
  ({ tocsin }) => {
    expect(tocsin.suppress?.by.filter((field) => UNIQUE_FIELDS.has(field))).toEqual([])
  },
)

test.for([...pack.rules, ...correlations])('$name has two tests each way', ({ tests }) => {
  expect(tests.filter(({ fires }) => fires).length).toBeGreaterThanOrEqual(2)
  expect(tests.filter(({ fires }) => !fires).length).toBeGreaterThanOrEqual(2)
  expect(new Set(tests.map(({ why }) => why)).size).toBe(tests.length)
})

test.for(runRuleTests(pack.rules))('$ruleName: $why', ({ passed, problem }) => {
  expect(problem).toBeUndefined()
  expect(passed).toBe(true)
})

const sequenceTests = correlations.flatMap((correlation) =>
  correlation.tests.map((one) => ({ name: correlation.name, why: one.why, correlation, one })),
)

test.for(sequenceTests)('$name: $why', ({ correlation, one }) => {
  expect(firesOnTest(resolved.ordered, correlation, one, (name) => byName.get(name))).toBe(
    one.fires,
  )
})

test('a correlation only reads rules that exist, and what only counts says little', () => {
  const names = new Set(written.map(({ name }) => name))
  expect(correlations.flatMap(({ rules }) => rules.filter((rule) => !names.has(rule)))).toEqual([])
  const silent = pack.rules.filter(({ id }) => resolved.silentRuleIds.has(id))
  expect(silent.length).toBeGreaterThan(0)
  expect(silent.filter(({ level }) => level !== 'informational' && level !== 'low')).toEqual([])
})

test('a rule that nobody weighs is above informational', () => {
  const idle = pack.rules.filter(({ id, level }) => {
    return level === 'informational' && !resolved.silentRuleIds.has(id)
  })
  expect(idle.map(({ name }) => name)).toEqual([])
})

test.for([
  { why: 'a technique', tag: 'atlas.aml.t0051.001', meaning: 'LLM Prompt Injection: Indirect' },
  { why: 'a risk', tag: 'owasp.asi10', meaning: 'Rogue Agents' },
  { why: 'no such technique', tag: 'atlas.aml.t9999', meaning: undefined },
  { why: 'no such risk', tag: 'owasp.mcp11', meaning: undefined },
  { why: 'our own', tag: 'tocsin.row-01', meaning: undefined },
])('what a tag means: $why', ({ tag, meaning }) => {
  expect(tagMeaning(tag)).toBe(meaning)
  expect(unknownTags([tag])).toEqual(
    meaning === undefined && !tag.startsWith('tocsin') ? [tag] : [],
  )
})
