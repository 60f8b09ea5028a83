import type { Condition } from '#sigma/condition.ts'
import type { Holds } from './held-items.ts'
import type { Detection } from '../sigma/detection.ts'
import type { Item, Selection } from '../sigma/item.ts'

/** An item by its place in its selection. */
export type PlacedItem = { alternative: number; index: number; item: Item }

/** How a rule came near to matching: it would have, had one selection been otherwise. */
export type NearMiss = {
  selection: string
  /** False where the selection holds and must not. */
  isWanted: boolean
  /** The items that lack; where the selection must not hold, those by which it does. */
  items: readonly PlacedItem[]
  /** How many items the condition wants do hold. */
  heldCount: number
}

/**
 * The nearest way in which a rule that does not match would have: all selections but one, where
 * another it wants holds; or of a lone selection all items but one. Undefined where it matches, or
 * is further off.
 */
export function nearMissOf(rule: Detection, holds: Holds): NearMiss | undefined {
  const selections = [...rule.selections]
  const held = new Set(
    selections.filter(([, selection]) => isHeld(selection, holds)).map(([name]) => name),
  )
  if (isMet(rule.condition, (name) => held.has(name))) return undefined
  const wanted = wantedNames(rule.condition)
  const heldCount = itemsHeld(rule, wanted, held, holds)
  const ways = selections.flatMap(([name, selection]): NearMiss[] => {
    const isMetOtherwise = isMet(rule.condition, (one) => held.has(one) !== (one === name))
    if (!isMetOtherwise) return []
    if (held.has(name)) {
      return [{ selection: name, isWanted: false, items: heldItems(selection, holds), heldCount }]
    }
    const items = lackingItems(selection, holds)
    const isAlone = ![...wanted].some((one) => one !== name && held.has(one))
    const isNear = !isAlone || (items.length === 1 && isPartlyHeld(selection, holds))
    return isNear ? [{ selection: name, isWanted: true, items, heldCount }] : []
  })
  return ways.sort(byNearness)[0]
}

/** The order in which near misses are told: what lacks least first, then what holds most. */
export function byNearness(left: NearMiss, right: NearMiss): number {
  const lackingCount = (miss: NearMiss): number => (miss.isWanted ? miss.items.length : 1)
  return lackingCount(left) - lackingCount(right) || right.heldCount - left.heldCount
}

/** Whether a condition is met, given which selections hold. */
function isMet(condition: Condition, holds: (name: string) => boolean): boolean {
  if (condition.kind === 'selection') return holds(condition.name)
  if (condition.kind === 'not') return !isMet(condition.of, holds)
  return condition.kind === 'and'
    ? condition.of.every((part) => isMet(part, holds))
    : condition.of.some((part) => isMet(part, holds))
}

/** The selections a condition asks to hold, not those it forbids. */
function wantedNames(condition: Condition, isNegated = false): Set<string> {
  if (condition.kind === 'selection') return new Set(isNegated ? [] : [condition.name])
  if (condition.kind === 'not') return wantedNames(condition.of, !isNegated)
  return new Set(condition.of.flatMap((part) => [...wantedNames(part, isNegated)]))
}

function isHeld(selection: Selection, holds: Holds): boolean {
  return selection.some((items) => items.every(holds))
}

function isPartlyHeld(selection: Selection, holds: Holds): boolean {
  return selection.some(
    (items) => items.filter(holds).length === items.length - 1 && items.length > 1,
  )
}

/** What the alternative lacks that lacks least; of equal ones, that which has most. */
function lackingItems(selection: Selection, holds: Holds): PlacedItem[] {
  const lacking = placed(selection).map((items) => ({
    size: items.length,
    items: items.filter(({ item }) => !holds(item)),
  }))
  lacking.sort((left, right) => left.items.length - right.items.length || right.size - left.size)
  return lacking[0]?.items ?? []
}

function heldItems(selection: Selection, holds: Holds): PlacedItem[] {
  return placed(selection).find((items) => items.every(({ item }) => holds(item))) ?? []
}

function placed(selection: Selection): PlacedItem[][] {
  return selection.map((items, alternative) =>
    items.map((item, index) => ({ alternative, index, item })),
  )
}

/** Of each wanted selection that holds its items; of one that does not, the most that do. */
function itemsHeld(
  { selections }: Detection,
  wanted: ReadonlySet<string>,
  held: ReadonlySet<string>,
  holds: Holds,
): number {
  let count = 0
  for (const name of wanted) {
    const counts = (selections.get(name) ?? [])
      .filter((items) => !held.has(name) || items.every(holds))
      .map((items) => items.filter(holds).length)
    count += Math.max(0, ...counts)
  }
  return count
}
