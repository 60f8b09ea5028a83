/** A field, or with none of it the whole event, and what it must be. Values are alternatives. */
export type Item = {
  kind: 'item'
  field: string | undefined
  modifiers: readonly string[]
  values: readonly unknown[]
  /** Whether the rule wrote the values as a list. */
  isList: boolean
  /** The ids of the pipeline items that changed it. */
  appliedIds: ReadonlySet<string>
}
/** A selection of a rule as a tree of items. */
export type Detection = Item | { kind: 'and' | 'or'; of: readonly Detection[] }

const NO_IDS: ReadonlySet<string> = new Set()
const DEPTH_MAX_COUNT = 16

/** Reads a selection: a map is an `and` of items, a list of maps an `or`, values are keywords. */
export function readDetection(plain: unknown, depth = 0): Detection {
  if (isRecord(plain)) {
    return { kind: 'and', of: Object.entries(plain).map(([key, value]) => readItem(key, value)) }
  }
  if (!Array.isArray(plain)) return keywords([plain], false)
  const values: readonly unknown[] = plain
  if (depth >= DEPTH_MAX_COUNT || !values.some((value) => typeof value === 'object' && value)) {
    return keywords(values, true)
  }
  return { kind: 'or', of: values.map((value) => readDetection(value, depth + 1)) }
}

/** Reads one entry of a map: the field with its modifiers, and its value or values. */
export function readItem(key: string, value: unknown): Item {
  const [field = '', ...modifiers] = key.split('|')
  return {
    kind: 'item',
    field: field === '' ? undefined : field,
    modifiers,
    values: Array.isArray(value) ? value : [value],
    isList: Array.isArray(value),
    appliedIds: NO_IDS,
  }
}

/** All items of a selection, in their order. */
export function itemsOf(detection: Detection): readonly Item[] {
  return detection.kind === 'item' ? [detection] : detection.of.flatMap(itemsOf)
}

/**
 * The selection with every item exchanged for what `change` makes of it; undefined removes it.
 * A group left without items goes too: nothing is left (undefined), not something always true.
 */
export function mapItems(
  detection: Detection,
  change: (item: Item) => Detection | undefined,
): Detection | undefined {
  if (detection.kind === 'item') return change(detection)
  const changed = detection.of.map((part) => mapItems(part, change))
  const isSame = changed.every((part, index) => part === detection.of[index])
  if (isSame) return detection
  const left = changed.filter((part) => part !== undefined)
  return left.length === 0 ? undefined : { kind: detection.kind, of: left }
}

/** The item, and all below it, marked as changed by a pipeline item. */
export function markApplied(detection: Detection, id: string | undefined): Detection {
  if (id === undefined) return detection
  if (detection.kind !== 'item') {
    return { ...detection, of: detection.of.map((part) => markApplied(part, id)) }
  }
  return { ...detection, appliedIds: new Set([...detection.appliedIds, id]) }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof Date)
}

function keywords(values: readonly unknown[], isList: boolean): Detection {
  const item: Item = {
    kind: 'item',
    field: undefined,
    modifiers: [],
    values,
    isList,
    appliedIds: NO_IDS,
  }
  return { kind: 'and', of: [item] }
}
