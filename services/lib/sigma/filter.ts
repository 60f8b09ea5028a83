import { parseCondition } from './condition.ts'
import type { Condition } from './condition.ts'
import type { SigmaDocument } from './documents.ts'
import { readException } from './filter-exception.ts'
import type { Exception } from './filter-exception.ts'
import { negated, printCondition, replaceNames } from './pipeline-condition.ts'
import { LOGSOURCE_KEYS, isLogsourceIn } from './pipeline-conditions.ts'
import { isRecord } from './pipeline-detection.ts'
import type { PlainRule } from './pipeline.ts'
import { RuleRefusal } from './refusal.ts'

/** A Sigma filter: what must hold besides the rules it names, or until when it need not. */
export type SigmaFilter = {
  /** Its id, or its title if it has none. */
  id: string
  title: string
  logsource: PlainRule
  /** Ids or names of rules; `any` is every rule of the log source. */
  rules: 'any' | ReadonlySet<string>
  selections: ReadonlyMap<string, unknown>
  condition: Condition
  exception: Exception | undefined
}

/** A rule whose match means that a hit of another rule is allowed, up to a time of the event. */
export type ExceptionRule = {
  plain: PlainRule
  filterId: string
  owner: string
  /** The hit is allowed while it happened before this, in microseconds since the epoch. */
  expiresUs: number
}

/** Members of a filter that are no selections. */
const NOT_SELECTIONS: ReadonlySet<string> = new Set(['rules', 'condition'])
const FILTER: readonly string[] = ['filter']

/**
 * Reads a filter document. A member `tocsin` of its root makes it an exception, with an owner, a
 * reason and an end.
 *
 * @throws RuleRefusal with the path from the document's root.
 */
export function parseFilter({ plain }: SigmaDocument): SigmaFilter {
  const { title, id = title, logsource, filter } = plain
  if (typeof title !== 'string') throw new RuleRefusal('a filter needs a title', ['title'])
  if (typeof id !== 'string') throw new RuleRefusal('the id must be text', ['id'])
  if (!isRecord(logsource)) throw new RuleRefusal('a filter needs a logsource', ['logsource'])
  if (LOGSOURCE_KEYS.every((key) => logsource[key] === undefined)) {
    throw new RuleRefusal('the logsource says nothing', ['logsource'])
  }
  if (!isRecord(filter)) throw new RuleRefusal('the filter must be a map', FILTER)
  const { condition } = filter
  if (typeof condition !== 'string') {
    throw new RuleRefusal('a filter has exactly one condition', [...FILTER, 'condition'])
  }
  const entries = Object.entries(filter).filter(([name]) => !NOT_SELECTIONS.has(name))
  const selections = new Map(entries)
  return {
    id,
    title,
    logsource,
    rules: readRules(filter['rules']),
    selections,
    condition: readCondition(condition, [...selections.keys()]),
    exception: Object.hasOwn(plain, 'tocsin') ? readException(plain['tocsin']) : undefined,
  }
}

/**
 * The rule with every filter that concerns it, each as `(condition) and (filter's condition)`. The
 * filter's selections get names that start with `_filt_`, which no pattern of names catches.
 * Exceptions are left out: `exceptionRules` has them. A correlation stays as it is.
 */
export function applyFilters(
  filters: readonly SigmaFilter[],
  plain: PlainRule,
): { plain: PlainRule; appliedFilterIds: string[] } {
  const appliedFilterIds: string[] = []
  let filtered = plain
  for (const filter of filters) {
    if (filter.exception !== undefined || !concerns(filter, plain)) continue
    const narrowed = withFilter(filter, filtered)
    if (narrowed === undefined) continue
    filtered = narrowed
    appliedFilterIds.push(filter.id)
  }
  return { plain: filtered, appliedFilterIds }
}

/**
 * One small rule for each exception that concerns a rule, to be evaluated on its hits only: it
 * matches what the exception allows, the opposite of the filter's condition. It keeps what
 * pipelines ask of the rule (log source, tags, level), so that they change it alike.
 */
export function exceptionRules(filters: readonly SigmaFilter[], plain: PlainRule): ExceptionRule[] {
  return filters.flatMap((filter) => {
    const { exception } = filter
    if (exception === undefined || !concerns(filter, plain)) return []
    const { selections, condition } = renamed(filter, () => false)
    const detection = Object.fromEntries([
      ...selections,
      ['condition', printCondition(negated(condition))],
    ])
    const { name: _name, fields: _fields, tests: _tests, ...head } = plain
    const allowed = { ...head, title: filter.title, id: filter.id, detection }
    const { owner, expiresUs } = exception
    return [{ plain: allowed, filterId: filter.id, owner, expiresUs }]
  })
}

function concerns({ rules, logsource }: SigmaFilter, plain: PlainRule): boolean {
  if (!isRecord(plain['detection']) || !isLogsourceIn(plain['logsource'], logsource)) return false
  if (rules === 'any') return true
  return [plain['id'], plain['name']].some(
    (name) => typeof name === 'string' && rules.has(name.toLowerCase()),
  )
}

function withFilter(filter: SigmaFilter, plain: PlainRule): PlainRule | undefined {
  const { detection } = plain
  if (!isRecord(detection)) return undefined
  const { selections, condition } = renamed(filter, (name) => Object.hasOwn(detection, name))
  const printed = printCondition(condition)
  const both = (original: unknown): unknown =>
    typeof original === 'string' ? `(${original}) and (${printed})` : original
  const original = detection['condition']
  return {
    ...plain,
    detection: {
      ...detection,
      ...Object.fromEntries(selections),
      condition: Array.isArray(original) ? original.map(both) : both(original),
    },
  }
}

/** The filter's selections and condition under names that are free. */
function renamed(
  filter: SigmaFilter,
  isTaken: (name: string) => boolean,
): { selections: Map<string, unknown>; condition: Condition } {
  const names = new Map<string, string>()
  const selections = new Map<string, unknown>()
  for (const [name, selection] of filter.selections) {
    const base = `_filt_${name.replace(/[^A-Za-z0-9_-]/g, '_')}`
    let free = base
    for (let count = 2; isTaken(free) || selections.has(free); count += 1) free = `${base}_${count}`
    names.set(name, free)
    selections.set(free, selection)
  }
  const condition = replaceNames(filter.condition, (name) => ({
    kind: 'selection',
    name: names.get(name) ?? name,
  }))
  return { selections, condition: condition ?? filter.condition }
}

function readRules(rules: unknown): 'any' | ReadonlySet<string> {
  const list: readonly unknown[] = Array.isArray(rules) ? rules : [rules]
  if (!list.every((one) => typeof one === 'string')) {
    throw new RuleRefusal('"rules" is any, an id, a name, or a list of these', [...FILTER, 'rules'])
  }
  const [only] = list
  const isAny = list.length === 0 || (typeof rules === 'string' && /^(?:any|all)$/i.test(rules))
  return isAny || only === undefined ? 'any' : new Set(list.map((one) => one.toLowerCase()))
}

function readCondition(condition: string, names: readonly string[]): Condition {
  try {
    return parseCondition(condition, names)
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    throw new RuleRefusal(refusal.message, [...FILTER, 'condition'])
  }
}
