import { refusedBy } from '#sigma/documents.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import { unknownTags } from '#sigma/taxonomy.ts'
import { lintedOf } from './linted.ts'
import type { Linted } from './linted.ts'
import type { Pack } from '../pack/pack.ts'
import { ALL_LAYERS } from '../pack/document.ts'
import { resolveField } from '../pack/fields.ts'

/** What is wrong with a rule, or worth knowing; `line` counts from 1. */
export type Finding = {
  severity: 'error' | 'warning' | 'note'
  file: string
  line: number
  /** The rule's name; undefined where it has none that can be read. */
  rule: string | undefined
  reason: string
}

const TESTS_EACH_WAY_MIN_COUNT = 2
const GUIDE_MIN_COUNT = 2
const GUIDE_MAX_COUNT = 5
/** Fields that differ from record to record: to suppress by them suppresses nothing. */
const UNIQUE_FIELDS: ReadonlySet<string> = new Set([
  'alert_id',
  'call_id',
  'collected_at',
  'collector_seq',
  'data_origin_event_ids',
  'event_id',
  'instruction_event_ids',
  'observation_id',
  'occurred_at',
  'span_id',
  'trace_id',
])
const UNIQUE_SUFFIX = /\.origin_event_id$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

type Path = readonly (string | number)[]
type Say = (severity: Finding['severity'], reason: string, path?: Path) => void

/** Holds every rule and correlation to what a rule of the pack must say; by file and line. */
export function lintPack(pack: Pack): Finding[] {
  const findings: Finding[] = pack.refused.map(({ file, line, reason }) => {
    return { severity: 'error', file, line: line ?? 1, rule: undefined, reason }
  })
  const taken = new Map<string, string>()
  for (const linted of lintedOf(pack)) {
    const say: Say = (severity, reason, path = []) => {
      const { file, line } = refusedBy(linted.document, new RuleRefusal(reason, path))
      findings.push({ severity, file, line: line ?? 1, rule: linted.name, reason })
    }
    lintNames(linted, taken, say)
    lintWords(linted, say)
    lintTags(linted, say)
    lintGuide(linted, say)
    lintSuppression(linted, say)
    lintTests(linted, say)
    for (const source of linted.needs) say('note', `needs: ${source}`, ['tocsin', 'needs'])
  }
  return findings.sort((left, right) => {
    if (left.file !== right.file) return left.file < right.file ? -1 : 1
    return left.line - right.line
  })
}

function lintNames(linted: Linted, taken: Map<string, string>, say: Say): void {
  const { document, id, name, title } = linted
  const fileName = document.file.split(/[/\\]/).at(-1) ?? ''
  if (name === undefined) say('error', 'there is no name')
  else if (fileName.replace(/\.ya?ml$/i, '') !== name) {
    say('error', `the file is not named for its rule, ${name}`, ['name'])
  }
  if (id === undefined || !UUID.test(id)) say('error', 'the id must be a UUID', ['id'])
  for (const [member, value] of Object.entries({ id: id?.toLowerCase(), name, title })) {
    if (value === undefined) continue
    const key = `${member} ${value}`
    const other = taken.get(key)
    if (other === undefined) taken.set(key, document.file)
    else say('error', `${other} has this ${member}`, [member])
  }
}

function lintWords(linted: Linted, say: Say): void {
  const { level, whyLevel, whatToDo, summary, description, falsepositives } = linted
  if (level === undefined) say('error', 'there is no level')
  if (whyLevel === undefined) say('error', 'why_level does not argue the level', ['tocsin'])
  else if (whyLevel.trim().includes('\n')) {
    say('error', 'why_level is not one line', ['tocsin', 'why_level'])
  }
  if (whatToDo === undefined) say('error', 'what_to_do is missing', ['tocsin'])
  if (summary === undefined) say('error', 'there is no summary', ['tocsin'])
  else if (summary.trim().includes('\n')) {
    say('error', 'the summary is not one line', ['tocsin', 'summary'])
  }
  if (description === undefined) say('error', 'there is no description')
  else if (!/\bmisses\b/i.test(description)) {
    say('warning', 'the description does not say what the rule misses', ['description'])
  }
  if (falsepositives.length === 0) say('error', 'no false positive is named', ['falsepositives'])
}

function lintTags({ tags }: Linted, say: Say): void {
  for (const tag of unknownTags(tags)) {
    say('error', `${tag} is no technique or risk there is`, ['tags', tags.indexOf(tag)])
  }
  for (const [namespace, meaning] of [
    ['atlas', 'ATLAS technique'],
    ['owasp', 'OWASP risk'],
  ] as const) {
    const isNamed = tags.some((tag) => tag.startsWith(`${namespace}.`))
    if (!isNamed) say('error', `no ${meaning} is named`, ['tags'])
  }
}

function lintGuide({ guide }: Linted, say: Say): void {
  const path = ['tocsin', 'guide']
  if (guide.length < GUIDE_MIN_COUNT || guide.length > GUIDE_MAX_COUNT) {
    say('error', `the guide has ${guide.length} steps, not two to five`, path)
  }
  const asked = new Set<string>()
  for (const [index, { field, question }] of guide.entries()) {
    const here = [...path, index]
    if (!question.endsWith('?')) say('error', 'a step of the guide asks a question', here)
    if (asked.has(question)) say('error', 'the guide asks this twice', here)
    asked.add(question)
    const refused = refusalOfField(field)
    if (refused !== undefined) say('error', refused, [...here, 'field'])
  }
}

function refusalOfField(name: string): string | undefined {
  try {
    resolveField(name, 'observation', ALL_LAYERS)
    return undefined
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    return refusal.message
  }
}

function lintSuppression({ suppressBy }: Linted, say: Say): void {
  for (const [index, field] of suppressBy.entries()) {
    if (!UNIQUE_FIELDS.has(field) && !UNIQUE_SUFFIX.test(field)) continue
    const path = ['tocsin', 'suppress', 'by', index]
    say('error', `${field} is always new: to suppress by it suppresses nothing`, path)
  }
}

function lintTests({ tests }: Linted, say: Say): void {
  for (const [isFiring, kind] of [
    [true, 'firing'],
    [false, 'silent'],
  ] as const) {
    const count = tests.filter(({ fires }) => fires === isFiring).length
    if (count >= TESTS_EACH_WAY_MIN_COUNT) continue
    say('error', `${count} ${kind} tests: there must be at least two`, ['tests'])
  }
  const reasons = new Set<string>()
  for (const [index, { why }] of tests.entries()) {
    if (reasons.has(why)) say('error', 'another test has this reason', ['tests', index])
    reasons.add(why)
  }
}
