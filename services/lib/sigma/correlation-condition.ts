import { z } from 'zod'
import { parseCondition } from './condition.ts'
import type { Condition } from './condition.ts'
import type { CorrelationType } from './correlation-document.ts'
import { RuleRefusal } from './refusal.ts'

/** What a number must be, all of it. */
export type Bounds = Partial<Record<(typeof OPERATORS)[number], number>>
/** Rules seen in one window and rules not seen near it. */
export type Term = { seen: readonly string[]; unseen: readonly string[] }
export type CorrelationCondition =
  | { kind: 'number'; bounds: Bounds; fields: readonly string[]; percentile: number }
  | { kind: 'rules'; terms: readonly Term[] }

const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const
const COUNT_MAX = 100_000
const TERM_MAX_COUNT = 64
const PERCENTILE_DEFAULT = 50
const COUNTING = new Set<CorrelationType>([
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
])

const operand = z
  .union([z.number(), z.string().trim().min(1)], { error: 'this is a number' })
  .transform(Number)
  .refine(Number.isFinite, 'this is a finite number')
const fieldName = z.string().min(1).max(256)
const numberCondition = z.strictObject(
  {
    gt: operand.optional(),
    gte: operand.optional(),
    lt: operand.optional(),
    lte: operand.optional(),
    eq: operand.optional(),
    neq: operand.optional(),
    field: z.union([fieldName, z.array(fieldName).min(1).max(8)]).optional(),
    percentile: operand.pipe(z.number().min(0).max(100)).optional(),
  },
  { error: 'a condition is made of gt, gte, lt, lte, eq, neq, field and percentile' },
)

/**
 * Reads the condition of a correlation over `rules`: a map of bounds, or, where the type looks at
 * which rules were seen, a text such as `a and (b or c) and not d`. Without one every rule is seen.
 *
 * @throws RuleRefusal for anything else, and for what can never hold.
 */
export function parseCorrelationCondition(
  type: CorrelationType,
  condition: unknown,
  rules: readonly string[],
): CorrelationCondition {
  const isTemporal = type === 'temporal' || type === 'temporal_ordered'
  if (condition === undefined || condition === null) {
    if (!isTemporal) throw new RuleRefusal('there is no condition')
    return { kind: 'number', bounds: { gte: rules.length }, fields: [], percentile: 0 }
  }
  if (typeof condition === 'string') {
    if (!isTemporal) throw new RuleRefusal(`${type} compares a number: its condition is a map`)
    return { kind: 'rules', terms: readTerms(condition, rules) }
  }
  return readNumber(type, condition, rules.length)
}

/** The names which a condition's text reads, in their order. */
export function namesIn(condition: string): string[] {
  const names = condition.match(/[A-Za-z0-9_-]+/g) ?? []
  return [...new Set(names.filter((name) => !/^(?:and|or|not)$/i.test(name)))]
}

function readNumber(
  type: CorrelationType,
  condition: unknown,
  ruleCount: number,
): CorrelationCondition {
  const checked = numberCondition.safeParse(condition)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    throw new RuleRefusal(issue?.message ?? 'bad shape', path)
  }
  const { field, percentile, ...bounds } = checked.data
  const used: Bounds = Object.fromEntries(
    Object.entries(bounds).filter(([, bound]) => bound !== undefined),
  )
  if (Object.keys(used).length === 0) throw new RuleRefusal('the condition compares with nothing')
  const fields = typeof field === 'string' ? [field] : (field ?? [])
  checkFields(type, fields, percentile)
  if (COUNTING.has(type)) checkCount(used, type.startsWith('temporal') ? ruleCount : COUNT_MAX)
  else checkRange(used)
  return { kind: 'number', bounds: used, fields, percentile: percentile ?? PERCENTILE_DEFAULT }
}

function checkFields(
  type: CorrelationType,
  fields: readonly string[],
  percentile: number | undefined,
): void {
  const isOfValues = type.startsWith('value_')
  if (isOfValues && fields.length === 0) throw new RuleRefusal(`${type} needs a field`)
  if (!isOfValues && fields.length > 0) throw new RuleRefusal(`${type} reads no field`, ['field'])
  if (fields.length > 1 && type !== 'value_count') {
    throw new RuleRefusal(`${type} reads one field`, ['field'])
  }
  if (percentile !== undefined && type !== 'value_percentile') {
    throw new RuleRefusal(`${type} has no percentile`, ['percentile'])
  }
}

/** A group is known by its matches: a count of none is never seen. */
function checkCount(bounds: Bounds, countMax: number): void {
  for (const operator of OPERATORS) {
    const bound = bounds[operator] ?? 0
    if (!Number.isInteger(bound)) throw new RuleRefusal('a count is a whole number', [operator])
    if (Math.abs(bound) > COUNT_MAX) {
      throw new RuleRefusal(`a count goes up to ${COUNT_MAX}`, [operator])
    }
  }
  const { gt = -1, gte = 1, eq, lt = Infinity, lte = countMax, neq } = bounds
  const least = Math.max(gt + 1, gte, eq ?? 1, 1)
  const most = Math.min(lt - 1, lte, eq ?? countMax, countMax)
  if (least > most || (least === most && least === neq)) {
    throw new RuleRefusal(`no count from 1 to ${countMax} fits the condition`)
  }
}

function checkRange(bounds: Bounds): void {
  const { gt = -Infinity, gte = -Infinity, eq, lt = Infinity, lte = Infinity, neq } = bounds
  const least = Math.max(gte, eq ?? -Infinity)
  const most = Math.min(lte, eq ?? Infinity)
  const isEmpty = least > most || gt >= most || lt <= least || gt >= lt
  if (isEmpty || (least === most && least === neq)) {
    throw new RuleRefusal('no number fits the condition')
  }
}

function readTerms(text: string, rules: readonly string[]): Term[] {
  const condition = parseCondition(text, rules)
  const read = new Set(selectionsOf(condition))
  const unread = rules.find((rule) => !read.has(rule))
  if (unread !== undefined) throw new RuleRefusal(`the condition leaves out the rule "${unread}"`)
  const terms = termsOf(condition, false).filter(
    ({ seen, unseen }) => !seen.some((name) => unseen.includes(name)),
  )
  if (terms.length === 0) throw new RuleRefusal('the condition can never hold')
  if (terms.some(({ seen }) => seen.length === 0)) {
    throw new RuleRefusal('the condition holds where nothing was seen')
  }
  return terms
}

/** The condition as an `or` of `and`s. */
function termsOf(condition: Condition, isNegated: boolean): Term[] {
  if (condition.kind === 'not') return termsOf(condition.of, !isNegated)
  if (condition.kind === 'selection') {
    const names = [condition.name]
    return isNegated ? [{ seen: [], unseen: names }] : [{ seen: names, unseen: [] }]
  }
  const parts = condition.of.map((part) => termsOf(part, isNegated))
  if ((condition.kind === 'or') !== isNegated) return bounded(parts.flat())
  return parts.reduce((whole, part) =>
    bounded(whole.flatMap((one) => part.map((other) => both(one, other)))),
  )
}

function both(one: Term, other: Term): Term {
  return {
    seen: [...new Set([...one.seen, ...other.seen])],
    unseen: [...new Set([...one.unseen, ...other.unseen])],
  }
}

function bounded(terms: Term[]): Term[] {
  if (terms.length > TERM_MAX_COUNT)
    throw new RuleRefusal('the condition has too many ways to hold')
  return terms
}

function selectionsOf(condition: Condition): string[] {
  if (condition.kind === 'selection') return [condition.name]
  const parts = condition.kind === 'not' ? [condition.of] : condition.of
  return parts.flatMap(selectionsOf)
}
