import type { Condition } from '#sigma/condition.ts'
import type { Field, Item, Rule, Selection, ValueTest } from './rule.ts'

/**
 * What must hold of one field wherever a rule fires: it has one of these texts (in lower case),
 * or, without texts, a value.
 */
export type Witness = { field: Field; texts: readonly string[] | undefined }

/** A present value lets through about as many records as a text which this many rules ask for. */
const PRESENCE_COST = 10

/** A set of witnesses, one of which must hold; undefined: nothing cheap is known. */
type Witnesses = { all: readonly Witness[]; cost: number } | undefined
/** How many rules ask a field for a text: what many ask for is common. */
type Frequency = ReadonlyMap<string, number>

/**
 * Witnesses of each rule: where none of them holds the rule cannot fire. Undefined: it must always
 * be run. Among what a rule needs, the text that the fewest rules ask for is taken.
 */
export function witnessesOf(rules: readonly Rule[]): (readonly Witness[] | undefined)[] {
  const frequency = new Map<string, number>()
  for (const rule of rules) {
    for (const key of new Set(textKeys(rule))) frequency.set(key, (frequency.get(key) ?? 0) + 1)
  }
  return rules.map((rule) => ofCondition(rule.condition, rule.selections, frequency)?.all)
}

function textKeys(rule: Rule): string[] {
  const items = [...rule.selections.values()].flat(2)
  return items.flatMap(({ field, tests }) => exactTexts(tests).map((text) => keyOf(field, text)))
}

function ofCondition(
  condition: Condition,
  selections: ReadonlyMap<string, Selection>,
  frequency: Frequency,
): Witnesses {
  if (condition.kind === 'not') return undefined
  if (condition.kind === 'selection') {
    return ofSelection(selections.get(condition.name) ?? [], frequency)
  }
  const parts = condition.of.map((part) => ofCondition(part, selections, frequency))
  return condition.kind === 'and' ? cheapest(parts) : together(parts)
}

function ofSelection(selection: Selection, frequency: Frequency): Witnesses {
  return together(selection.map((items) => cheapest(items.map((item) => ofItem(item, frequency)))))
}

function ofItem({ field, tests, quantifier }: Item, frequency: Frequency): Witnesses {
  if (field.statistic !== undefined) return undefined
  const needed = quantifier === 'all' ? tests.slice(0, 1) : tests
  if (needed.some((test) => test.scope === 'whole')) return undefined
  const texts = exactTexts(needed)
  if (texts.length < needed.length) {
    return { all: [{ field, texts: undefined }], cost: PRESENCE_COST }
  }
  const costs = texts.map((text) => frequency.get(keyOf(field, text)) ?? 1)
  return { all: [{ field, texts }], cost: costs.reduce((sum, cost) => sum + cost, 0) }
}

function exactTexts(tests: readonly ValueTest[]): string[] {
  return tests.flatMap((test) => test.exact ?? [])
}

function keyOf(field: Field, text: string): string {
  return `${field.name}\0${text}`
}

function cheapest(parts: readonly Witnesses[]): Witnesses {
  return parts.reduce(
    (best, part) => ((part?.cost ?? Infinity) < (best?.cost ?? Infinity) ? part : best),
    undefined,
  )
}

function together(parts: readonly Witnesses[]): Witnesses {
  const known = parts.filter((part) => part !== undefined)
  if (known.length < parts.length || known.length === 0) return undefined
  return {
    all: known.flatMap((part) => part.all),
    cost: known.reduce((sum, part) => sum + part.cost, 0),
  }
}
