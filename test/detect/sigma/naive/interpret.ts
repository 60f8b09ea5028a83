import { conditionHolds } from './condition.ts'
import { isRecord } from './fields.ts'
import { itemHolds } from './item.ts'
import type { Placeholders } from './pattern.ts'
import { NaiveRefusal } from './refusal.ts'

type Plain = Readonly<Record<string, unknown>>
export type NaiveOptions = { placeholders?: Placeholders }

/**
 * Whether a rule, as YAML gives it, matches an event; its log source is not asked. It knows
 * nothing of other rules, keeps nothing and reads the rule anew for each event: an oracle.
 *
 * @throws NaiveRefusal where the rule cannot be read.
 */
export function naiveMatches(rule: Plain, event: Plain, options: NaiveOptions = {}): boolean {
  return detectionHolds(rule['detection'], event, options.placeholders ?? {})
}

/** The ids of the rules among documents that match an event, their filters applied; sorted. */
export function naiveIds(
  documents: readonly Plain[],
  event: Plain,
  options: NaiveOptions = {},
): string[] {
  const filters = documents.filter((document) => isRecord(document['filter']))
  const rules = documents.filter((document) => isRecord(document['detection']))
  return rules
    .filter((rule) => naiveMatches(rule, event, options))
    .filter((rule) =>
      filters
        .filter((filter) => isFiltered(rule, filter))
        .every((filter) => detectionHolds(filter['filter'], event, options.placeholders ?? {})),
    )
    .map((rule) => String(rule['id']))
    .sort()
}

function isFiltered(rule: Plain, { filter, logsource }: Plain): boolean {
  const rules: unknown = isRecord(filter) ? filter['rules'] : undefined
  const isNamed =
    rules === 'any' ||
    (Array.isArray(rules) && [rule['id'], rule['name']].some((each) => rules.includes(each)))
  const of = isRecord(rule['logsource']) ? rule['logsource'] : {}
  const source = isRecord(logsource) ? logsource : {}
  return (
    isNamed &&
    ['product', 'category', 'service'].every(
      (part) => source[part] === undefined || source[part] === of[part],
    )
  )
}

function detectionHolds(detection: unknown, event: Plain, placeholders: Placeholders): boolean {
  if (!isRecord(detection)) throw new NaiveRefusal('the rule has no detection')
  const { condition, timeframe: _, rules: __, ...searches } = detection
  return conditionHolds(condition, Object.keys(searches), (name) =>
    searchHolds(searches[name], event, placeholders),
  )
}

/** A map holds where each item does, a list where one element does; else it is a keyword. */
function searchHolds(search: unknown, event: Plain, placeholders: Placeholders): boolean {
  if (Array.isArray(search)) return search.some((each) => searchHolds(each, event, placeholders))
  if (!isRecord(search)) return itemHolds('', search, event, placeholders)
  const items = Object.entries(search)
  if (items.length === 0) throw new NaiveRefusal('a selection is empty')
  return items.every(([key, value]) => itemHolds(key, value, event, placeholders))
}
