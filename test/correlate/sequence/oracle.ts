import type { Bounds, Term } from '#sigma/correlation-condition.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import type { SequenceMatch } from '../../../services/correlate/sequence/entry.ts'

/** One match in one group, as the definition sees it. */
type Item = {
  at: number
  rank: number
  rule: number
  event: string
  firing: string
  value: string
  match: SequenceMatch
  field: (name: string) => string | undefined
}
/** What is found at an item, and when that is beyond doubt. */
type Found = { item: Item; sureAt: number; isAwaited: boolean; value: number; parts: Item[] }
export type Expected = {
  correlation: string
  tenant: string
  groupBy: Record<string, string>
  session: string
  value: number
  events: string[]
  first: number
  last: number
}
type Derived = Omit<Item, 'rule' | 'value'>

const LAYERS = ['model', 'application', 'data', 'network']
const OPERATORS: Record<keyof Bounds, (value: number, bound: number) => boolean> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
}

/** The firings of a set of matches, straight from the definition, window by window. */
export function expectedFirings(
  correlations: readonly ResolvedCorrelation[],
  matches: readonly SequenceMatch[],
): Expected[] {
  const derivedBy = new Map<string, Derived[]>()
  for (const match of matches) {
    const own = match as unknown as Record<string, string | null>
    const field = (name: string): string | undefined =>
      match.group_by[name] ?? own[name] ?? undefined
    const rank = LAYERS.indexOf(match.layer)
    const one = { at: match.occurred_at, rank, event: match.event_id, firing: '', match, field }
    derivedBy.set(match.rule_id, [...(derivedBy.get(match.rule_id) ?? []), one])
  }
  return correlations.flatMap((resolved) => firingsOf(resolved, derivedBy))
}

function firingsOf(resolved: ResolvedCorrelation, derivedBy: Map<string, Derived[]>): Expected[] {
  const { correlation, inputs, alerts, carries } = resolved
  const { groupBy, timespanUs, id } = correlation
  const groups = new Map<string, { values: string[]; items: Item[] }>()
  for (const [rule, input] of inputs.entries())
    for (const derived of derivedBy.get(input.id) ?? []) {
      const values = input.groupFields.map((name) => derived.field(name))
      const read = input.valueFields.map((name) => derived.field(name))
      if ([...values, ...read].includes(undefined)) continue
      const key = JSON.stringify([derived.match.tenant_id, ...values])
      const group = groups.get(key) ?? { values: values as string[], items: [] }
      const field = (name: string): string | undefined =>
        groupBy.includes(name)
          ? values[groupBy.indexOf(name)]
          : derived.field(input.carryFields[carries.indexOf(name)] ?? '')
      group.items.push({
        ...derived,
        rule,
        value: read.length === 1 ? read[0]! : read.join(),
        field,
      })
      groups.set(key, group)
    }
  const expected: Expected[] = []
  for (const [key, { values, items }] of groups) {
    const sorted = inOrder(items)
    const classOf = ({ at }: Item): string => `${id} ${key} ${Math.floor(at / timespanUs)}`
    const found = foundIn(resolved, sorted)
    const above = found.map(({ item }) => ({ ...item, firing: classOf(item) }))
    derivedBy.set(id, [...(derivedBy.get(id) ?? []), ...above])
    const firsts = new Map<string, Found>()
    for (const one of found) {
      if (!firsts.has(classOf(one.item))) firsts.set(classOf(one.item), one)
    }
    if (!alerts) continue
    for (const { item, value, parts } of firsts.values()) {
      expected.push({
        correlation: id,
        tenant: item.match.tenant_id,
        groupBy: Object.fromEntries(groupBy.map((name, index) => [name, values[index]!])),
        session: item.match.session_id,
        value,
        events: [...new Set(parts.map((part) => part.event))],
        first: parts[0]!.at,
        last: item.at,
      })
    }
  }
  return expected
}

/** Every item at which the condition holds, in the order in which that is beyond doubt. */
function foundIn({ correlation, inputs }: ResolvedCorrelation, items: Item[]): Found[] {
  const { condition, timespanUs: span, type, rules } = correlation
  const isChain = inputs.some(({ kind }) => kind === 'correlation')
  const found: Found[] = []
  if (condition.kind === 'rules') {
    for (const term of condition.terms) found.push(...termFound(term, rules, type, items, span))
  } else {
    const { bounds, percentile } = condition
    const values = new Map(items.map((item) => [item, valueAt(item, items)]))
    const fits = (value: number, which: readonly string[]): boolean =>
      Object.entries(bounds).every(
        ([name, bound]) => !which.includes(name) || OPERATORS[name as keyof Bounds](value, bound),
      )
    for (const item of items) {
      const value = values.get(item)!
      const near = items.filter((one) => Math.abs(one.at - item.at) < span)
      const parts = partsOf(item, items)
      const add = (isAwaited: boolean): void => {
        const sureAt = isAwaited ? item.at + span : item.at
        found.push({ item, sureAt, isAwaited, value, parts })
      }
      if (['value_avg', 'value_median', 'value_percentile'].includes(type)) {
        if (fits(value, Object.keys(OPERATORS))) add(false)
        continue
      }
      const { neq } = bounds
      const isUnder = (one: Item, bound: number): boolean =>
        fits(values.get(one)!, ['lt', 'lte']) &&
        values.get(one)! <= (bounds.eq ?? Infinity) &&
        values.get(one)! < bound
      const isOpen = !['lt', 'lte', 'eq'].some((name) => Object.hasOwn(bounds, name))
      if (!fits(value, ['gt', 'gte']) || value < (bounds.eq ?? -Infinity)) continue
      if (neq !== undefined && near.every((one) => isUnder(one, neq))) add(true)
      if (neq !== undefined && value <= neq) continue
      if (isOpen) add(false)
      else if (near.every((one) => isUnder(one, Infinity))) add(true)
    }

    function valueAt(item: Item, all: Item[]): number {
      const window = all.filter((one) => one.at > item.at - span && one.at <= item.at)
      const numbers = window.map((one) => Number(one.value))
      if (type === 'temporal') return new Set(window.map((one) => one.rule)).size
      if (type === 'temporal_ordered') return longestRun(item, window)
      if (type === 'value_count') return new Set(window.map((one) => one.value)).size
      if (type === 'event_count') {
        const counted = window.map((one) => one.firing || `${one.rule} ${one.event}`)
        return isChain ? new Set(counted).size : counted.length
      }
      const sum = numbers.reduce((total, one) => total + one, 0)
      if (type === 'value_sum') return sum
      if (type === 'value_avg') return sum / numbers.length
      numbers.sort((one, other) => one - other)
      const half = numbers.length / 2
      if (type === 'value_percentile') {
        return numbers.find((_, index) => (index + 1) / numbers.length >= percentile / 100)!
      }
      return (numbers[Math.ceil(half) - 1]! + numbers[Math.floor(half)]!) / 2
    }
  }
  return found
    .map((one, index) => ({ one, index }))
    .sort(
      (a, b) =>
        a.one.sureAt - b.one.sureAt ||
        Number(b.one.isAwaited) - Number(a.one.isAwaited) ||
        (a.one.isAwaited ? items.indexOf(a.one.item) - items.indexOf(b.one.item) : 0) ||
        a.index - b.index,
    )
    .map(({ one }) => one)

  function partsOf(item: Item, all: Item[]): Item[] {
    const window = all.filter((one) => one.at > item.at - span && one.at <= item.at)
    if (!type.startsWith('temporal')) return window
    const wanted = rules.map((_, rule) => rule)
    return type === 'temporal' ? latestOf(wanted, window) : runTo(item, wanted, window)
  }
}

function termFound(
  term: Term,
  rules: readonly string[],
  type: string,
  items: Item[],
  span: number,
): Found[] {
  const seen = rules.flatMap((name, rule) => (term.seen.includes(name) ? [rule] : []))
  const unseen = rules.flatMap((name, rule) => (term.unseen.includes(name) ? [rule] : []))
  const last = seen.at(-1)!
  const isOrdered = type === 'temporal_ordered'
  return items.flatMap((item): Found[] => {
    if (!seen.includes(item.rule) || (isOrdered && item.rule !== last)) return []
    const window = items.filter((one) => one.at > item.at - span && one.at <= item.at)
    const parts = isOrdered ? runTo(item, seen, window) : latestOf(seen, window)
    if (parts.length < seen.length) return []
    const began = Math.min(...parts.map((part) => part.at))
    const isBarred = items.some(({ rule, at }) => {
      if (!unseen.includes(rule)) return false
      if (!isOrdered) return at > item.at - span && at < began + span
      if (rule > last) return at > item.at && at < began + span
      return at > item.at - span && at <= item.at
    })
    if (isBarred) return []
    const isAwaited = isOrdered ? unseen.some((rule) => rule > last) : unseen.length > 0
    const sureAt = isAwaited ? began + span : item.at
    return [{ item, sureAt, isAwaited, value: seen.length, parts }]
  })
}

const isBefore = (one: Item, other: Item): boolean =>
  one.at < other.at || (one.at === other.at && one.rank < other.rank)

function latestOf(rules: readonly number[], window: Item[]): Item[] {
  const latest = rules.flatMap((rule) => window.findLast((one) => one.rule === rule) ?? [])
  return window.filter((one) => latest.includes(one))
}

function runTo(item: Item, rules: readonly number[], window: Item[]): Item[] {
  const run = [item]
  for (const rule of rules.filter((one) => one < item.rule).toReversed()) {
    const before = window.findLast((one) => one.rule === rule && isBefore(one, run[0]!))
    if (before !== undefined) run.unshift(before)
  }
  return run
}

function longestRun(item: Item, window: Item[]): number {
  const before = window.filter((one) => one.rule < item.rule && isBefore(one, item))
  return 1 + Math.max(0, ...before.map((one) => longestRun(one, window)))
}

function inOrder(items: Item[]): Item[] {
  const key = ({ event, firing }: Item): string => `${event}\0${firing}`
  const sorted = items.toSorted(
    (one, other) =>
      one.at - other.at ||
      one.rank - other.rank ||
      other.rule - one.rule ||
      (key(one) < key(other) ? -1 : 1),
  )
  const known = new Set<string>()
  return sorted.filter((item) => {
    const name = `${item.at} ${item.rule} ${key(item)}`
    return !known.has(name) && known.add(name)
  })
}
