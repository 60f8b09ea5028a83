import { parseCondition } from '#sigma/condition.ts'
import type { Condition } from '#sigma/condition.ts'
import { RuleRefusal, at } from '#sigma/refusal.ts'
import type { Item, Selection } from './item.ts'
import { readItem } from './modifiers.ts'
import type { Placeholders } from './placeholders.ts'

const LIST_MAX_COUNT = 100_000
const SELECTIONS_MAX_COUNT = 1000
/** Members of a detection that are no selections. */
const NOT_SELECTIONS: ReadonlySet<string> = new Set(['condition'])

/** What a rule looks for: selections by name, and how they combine. */
export type Detection = {
  selections: ReadonlyMap<string, Selection>
  condition: Condition
}

/**
 * Reads the `detection` of a rule.
 *
 * @throws RuleRefusal with the path from the document's root.
 */
export function readDetection(detection: unknown, placeholders: Placeholders): Detection {
  if (!isRecord(detection)) throw new RuleRefusal('there is no detection', ['detection'])
  if (Object.hasOwn(detection, 'timeframe')) {
    throw new RuleRefusal('"timeframe" is not Sigma 2: write a correlation', ['detection'])
  }
  const entries = Object.entries(detection).filter(([name]) => !NOT_SELECTIONS.has(name))
  if (entries.length === 0) throw new RuleRefusal('there is no selection', ['detection'])
  if (entries.length > SELECTIONS_MAX_COUNT) {
    throw new RuleRefusal('there are too many selections', ['detection'])
  }
  const selections = new Map<string, Selection>()
  for (const [name, value] of entries) {
    selections.set(name, readSelection(value, ['detection', name], placeholders))
  }
  const condition = at(['detection', 'condition'], () =>
    parseCondition(conditionOf(detection['condition']), [...selections.keys()]),
  )
  return { selections, condition }
}

/** A map is an `and` of its fields, a list an `or` of its maps and keywords. */
function readSelection(
  value: unknown,
  path: readonly (string | number)[],
  placeholders: Placeholders,
): Selection {
  if (!Array.isArray(value)) {
    if (isRecord(value)) return [readMap(value, path, placeholders)]
    return [[keywords([value], path, placeholders)]]
  }
  const elements: readonly unknown[] = value
  if (elements.length === 0) throw new RuleRefusal('the selection is empty', path)
  if (elements.length > LIST_MAX_COUNT) throw new RuleRefusal('the selection is too long', path)
  const words = elements.filter((element) => !isRecord(element))
  const alternatives = elements.flatMap((element, index) =>
    isRecord(element) ? [readMap(element, [...path, index], placeholders)] : [],
  )
  if (words.length > 0) alternatives.push([keywords(words, path, placeholders)])
  return alternatives
}

function readMap(
  map: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  placeholders: Placeholders,
): Item[] {
  const entries = Object.entries(map)
  if (entries.length === 0) throw new RuleRefusal('the selection is empty', path)
  return entries.map(([key, value]) => at([...path, key], () => readItem(key, value, placeholders)))
}

function keywords(
  words: readonly unknown[],
  path: readonly (string | number)[],
  placeholders: Placeholders,
): Item {
  if (words.includes(null)) throw new RuleRefusal('a keyword cannot be null', path)
  return at(path, () => readItem('', words, placeholders))
}

function conditionOf(condition: unknown): string | readonly string[] {
  if (typeof condition === 'string') return condition
  if (
    Array.isArray(condition) &&
    condition.length > 0 &&
    condition.length <= SELECTIONS_MAX_COUNT
  ) {
    const texts: readonly unknown[] = condition
    if (texts.every((one) => typeof one === 'string')) return texts
  }
  throw new RuleRefusal('a condition is text, or a list of texts')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
