import { kindOf, readDocuments } from '#sigma/documents.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import type { RuleDocument, RuleState } from '#domain/records/index.ts'
import { readPack } from '../../detect/pack/pack.ts'
import type { RuleSet } from '../../detect/pack/rule-set.ts'
import { createRuleTimeline } from '../../detect/pack/rule-timeline.ts'
import { nearestNames } from './nearest.ts'
import { isOneRule, knownRules, type KnownRule, type RuleBook } from './rule-book.ts'
import { refusalLine } from './sigma-tree.ts'

/** Beyond this a record would not fit into a log with the usual limits. */
const TEXT_MAX_CHARS = 512 * 1024
const BY_FILES = 'is changed by files and a restart, not on a running pipeline'

/** A rule to change: with its text, or as it is known by name or id. */
export type RequestedRule = RuleFile | { name: string }

/** Brings rules into a state from an event time on, in microseconds since the epoch. */
export type ChangeRequest = {
  state: RuleState
  by: string | null
  effectiveAtUs: number
  rules: readonly RequestedRule[]
}

type Refusal = { code: 'BAD_RULES' | 'NOT_FOUND'; line: string }

/** What a request comes to. One refusal, and nothing is changed. */
export type ChangePlan = {
  changed: RuleDocument[]
  /** Names of rules that are as they were asked to be. */
  unchanged: string[]
  /** What whoever asked should know. */
  notes: string[]
  refused: Refusal[]
}

type Draft = Pick<RuleDocument, 'rule_id' | 'name' | 'rule_version' | 'text'> & { file: string }
type Step = Draft | { unchanged: string } | { refused: Refusal[] }

/** Decides what to publish. Rules are refused as the loader refuses them, beside all others. */
export function planChanges(book: RuleBook, request: ChangeRequest, nowUs: number): ChangePlan {
  const known = knownRules(book)
  const plan: ChangePlan = { changed: [], unchanged: [], notes: [], refused: [] }
  const drafts: Draft[] = []
  for (const one of request.rules) {
    const step = stepFor(book, known, request.state, one)
    if ('unchanged' in step) plan.unchanged.push(step.unchanged)
    else if ('refused' in step) plan.refused.push(...step.refused)
    else if (drafts.some(({ rule_id }) => rule_id === step.rule_id))
      plan.refused.push(bad({ ...step, line: undefined, reason: 'the request has its id twice' }))
    else drafts.push(step)
  }
  if (plan.refused.length > 0 || drafts.length === 0) return plan
  const changes = drafts.map((draft) => changeOf(book, request, draft, nowUs))
  const before = setWith(book, [], request.effectiveAtUs)
  const set = setWith(book, changes, request.effectiveAtUs)
  const newlyRefused = set.refused.filter((one) => !isAmong(before.refused, one))
  for (const refused of newlyRefused) {
    const draft = drafts.find(({ name }) => refused.file === topicFile(name))
    if (draft === undefined) plan.notes.push(`left out from then on: ${refusalLine(refused)}`)
    else plan.refused.push(bad({ ...refused, file: draft.file }))
  }
  const woken = wokenBetween(before, set)
  if (woken.length > 0) {
    const line = wokenLine(woken, newlyRefused)
    plan.refused.push({ code: 'BAD_RULES', line })
  }
  if (plan.refused.length > 0) return plan
  plan.notes.push(...(request.state === 'staged' ? silencedBy(known, drafts) : []))
  plan.changed = changes.map((change) => ({ ...change, pack_version: set.version }))
  return plan
}

function stepFor(
  book: RuleBook,
  known: readonly KnownRule[],
  state: RuleState,
  requested: RequestedRule,
): Step {
  if ('text' in requested) return stepForText(book, known, state, requested)
  const { name } = requested
  const rule = findRule(known, name, state)
  if (rule === undefined) return unknown(name, known, state)
  if (rule.kind === 'correlation') return refuse('BAD_RULES', `${name}: a correlation ${BY_FILES}`)
  if (rule.state === state) return { unchanged: rule.name }
  if (state === 'retired') return stepToRetire(book, rule)
  if (rule.state === 'staged') return stepForText(book, known, state, topicText(rule))
  return refuse('BAD_RULES', `${name} is ${rule.state} and was not staged since; give its FILE`)
}

/** Of those that had a name in turn, the one that is meant: retired ones come last. */
function findRule(
  known: readonly KnownRule[],
  name: string,
  state: RuleState,
): KnownRule | undefined {
  const named = known.filter((one) => one.name === name || one.id === name)
  const staged = state === 'live' ? named.find((one) => one.state === 'staged') : undefined
  return staged ?? named.find((one) => one.state !== 'retired') ?? named[0]
}

function stepForText(
  book: RuleBook,
  known: readonly KnownRule[],
  state: RuleState,
  file: RuleFile,
): Step {
  const { documents, refused } = readDocuments(file.file, file.text)
  const [document] = documents
  const refuseFile = (reason: string): Step => ({
    refused: [bad({ file: file.file, line: undefined, reason })],
  })
  if (refused.length > 0) return { refused: refused.map(bad) }
  if (document === undefined) return refuseFile('the file holds no rule')
  if (file.text.length > TEXT_MAX_CHARS) return refuseFile('the rule is too long')
  const other = documents.map(kindOf).find((kind) => kind !== 'rule')
  if (other !== undefined) return refuseFile(`a ${other} ${BY_FILES}`)
  if (documents.length > 1) return refuseFile('the file holds more than one rule')
  const pack = readPack([file], book.placeholders)
  if (pack.refused.length > 0) return { refused: pack.refused.map(bad) }
  const [read] = pack.rules
  if (read === undefined) return refuseFile('the file holds no rule')
  const { id, name, version } = read.rule
  const before = known.find((one) => one.id === id)
  if (before?.state === state && before.text === file.text) return { unchanged: name }
  if (before !== undefined && isAmongOthers(book, before))
    return refuseFile(`${before.file ?? ''} holds this rule among others; it ${BY_FILES}`)
  return { rule_id: id, name, rule_version: version, text: file.text, file: file.file }
}

function stepToRetire(book: RuleBook, rule: KnownRule): Step {
  if (isAmongOthers(book, rule))
    return refuse('BAD_RULES', `${rule.file ?? ''} holds ${rule.name} among others; it ${BY_FILES}`)
  const { id, name, version, text } = rule
  return { rule_id: id, name, rule_version: version, text, file: topicFile(name) }
}

/** A change takes the place of its rule's whole file. */
function isAmongOthers(book: RuleBook, rule: KnownRule): boolean {
  const file = book.files.find((one) => one.file === rule.file)
  return file !== undefined && !isOneRule(file)
}

function unknown(name: string, known: readonly KnownRule[], state: RuleState): Step {
  const candidates = state === 'live' ? known.filter((one) => one.state === 'staged') : known
  const near = nearestNames(
    name,
    candidates.flatMap((one) => (one.kind === 'rule' ? [one.name] : [])),
  )
  const hint = near.length === 0 ? '' : `; near it: ${near.join(', ')}`
  const reason = state === 'live' ? 'was never staged; stage it, or give its FILE' : 'is no rule'
  return refuse('NOT_FOUND', `${name} ${reason}${hint}`)
}

function changeOf(
  book: RuleBook,
  { state, by, effectiveAtUs }: ChangeRequest,
  { rule_id, name, rule_version, text }: Draft,
  nowUs: number,
): RuleDocument {
  const revisions = book.changes.filter((one) => one.rule_id === rule_id)
  return {
    rule_id,
    name,
    rule_version,
    state,
    text,
    pack_version: '',
    changed_at: nowUs,
    changed_by: by,
    revision: Math.max(0, ...revisions.map((one) => one.revision)) + 1,
    effective_at: effectiveAtUs,
  }
}

function setWith(book: RuleBook, changes: readonly RuleDocument[], timeUs: number): RuleSet {
  const timeline = createRuleTimeline(book.files, book.base, book.placeholders)
  for (const change of [...book.changes, ...changes]) timeline.add(change)
  return timeline.at(timeUs)
}

function isAmong(known: readonly RefusedRule[], { file, reason }: RefusedRule): boolean {
  return known.some((old) => old.file === file && old.reason === reason)
}

/** Rules that correlations only count, and that would alert were these left out. */
function wokenBetween(before: RuleSet, after: RuleSet): string[] {
  const silent = before.rules.filter((rule) => before.handlingOf(rule).isSilent)
  const silentIds = new Set(silent.map(({ id }) => id))
  return after.rules.flatMap((rule) =>
    silentIds.has(rule.id) && !after.handlingOf(rule).isSilent ? [rule.name] : [],
  )
}

function wokenLine(woken: readonly string[], refused: readonly RefusedRule[]): string {
  const files = [...new Set(refused.map(({ file }) => file))].join(', ')
  const what = `${woken.join(', ')} would alert, which correlations only count`
  return `${what}; change these first: ${files}`
}

function silencedBy(known: readonly KnownRule[], drafts: readonly Draft[]): string[] {
  const live = new Set(known.filter((one) => one.state === 'live').map((one) => one.id))
  return drafts.flatMap(({ rule_id, name }) =>
    live.has(rule_id) ? [`${name} is live: from then on it alerts nobody until promoted`] : [],
  )
}

function topicText({ name, text }: KnownRule): RuleFile {
  return { file: topicFile(name), text }
}

/** As the timeline names the text of a change. */
function topicFile(name: string): string {
  return `topic/${name}.yml`
}

function bad(refused: RefusedRule): Refusal {
  return { code: 'BAD_RULES', line: refusalLine(refused) }
}

function refuse(code: Refusal['code'], line: string): Step {
  return { refused: [{ code, line }] }
}
