import type { Condition } from './condition.ts'
import { isRecord } from './pipeline-detection.ts'
import type { Detection, Item } from './pipeline-detection.ts'

/** Alternatives a selection may have as a list of maps before it becomes several selections. */
const ALTERNATIVE_MAX_COUNT = 64

/** Selections as a rule document has them, and what stands for the one they came from. */
export type WrittenSelection = { selections: Map<string, unknown>; condition: Condition }

/**
 * Writes a selection as plain YAML objects. A map holds a field once and only `and`s, so an `or`
 * among items becomes a list of maps; what even that cannot say (one key twice, too many
 * alternatives) becomes several selections, whose names start with `_` and hide from patterns.
 */
export function writeSelection(
  name: string,
  detection: Detection,
  isTaken: (name: string) => boolean,
): WrittenSelection {
  const selections = new Map<string, unknown>()
  const plain = writeOne(detection)
  if (plain !== undefined) {
    selections.set(name, plain)
    return { selections, condition: { kind: 'selection', name } }
  }
  let count = 0
  const add = (part: unknown): Condition => {
    let partName = selections.size === 0 ? name : ''
    while (partName === '' || (partName !== name && isTaken(partName))) {
      count += 1
      partName = `_${name}_${count}`
    }
    selections.set(partName, part)
    return { kind: 'selection', name: partName }
  }
  return { selections, condition: writeSeveral(detection, add) }
}

function writeOne(detection: Detection): unknown {
  const alternatives = alternativesOf(detection)
  if (alternatives === undefined) return undefined
  const written = alternatives.map(writeConjunction)
  if (!written.every((part) => part !== undefined)) return undefined
  const [only] = written
  if (written.length === 1) return only
  // A list in a list would be a list of keywords that all count as alternatives: it is flattened.
  return written.flatMap((part): unknown[] => (Array.isArray(part) ? part : [part]))
}

/** The selection as alternatives of items that all must hold, or undefined if they are too many. */
function alternativesOf(detection: Detection): readonly (readonly Item[])[] | undefined {
  if (detection.kind === 'item') return [[detection]]
  const parts = detection.of.map(alternativesOf)
  if (!parts.every((part) => part !== undefined)) return undefined
  if (detection.kind === 'or') return parts.flat()
  let product: readonly (readonly Item[])[] = [[]]
  for (const part of parts) {
    if (product.length * part.length > ALTERNATIVE_MAX_COUNT) return undefined
    product = product.flatMap((before) => part.map((after) => [...before, ...after]))
  }
  return product
}

function writeConjunction(items: readonly Item[]): unknown {
  const [only] = items
  if (items.length === 1 && only !== undefined && isBareKeyword(only)) return valueOf(only)
  if (items.some(isBareKeyword)) return undefined
  const keys = items.map(keyOf)
  if (new Set(keys).size < keys.length) return undefined
  return Object.fromEntries(items.map((item, index) => [keys[index], valueOf(item)]))
}

/** Maps of what fits side by side, and a selection for each item or group that does not. */
function writeSeveral(detection: Detection, add: (plain: unknown) => Condition): Condition {
  const plain = writeOne(detection)
  if (plain !== undefined || detection.kind === 'item') return add(plain)
  if (detection.kind === 'or') {
    return joined(
      'or',
      detection.of.map((part) => writeSeveral(part, add)),
    )
  }
  const maps: Map<string, unknown>[] = []
  const others: Detection[] = []
  for (const part of detection.of) {
    if (part.kind === 'item' && !isBareKeyword(part)) {
      const key = keyOf(part)
      const free = maps.find((map) => !map.has(key))
      if (free === undefined) maps.push(new Map([[key, valueOf(part)]]))
      else free.set(key, valueOf(part))
    } else others.push(part)
  }
  const conditions = maps.map((map) => add(Object.fromEntries(map)))
  return joined('and', [...conditions, ...others.map((part) => writeSeveral(part, add))])
}

function joined(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind, of: parts }
}

function isBareKeyword(item: Item): boolean {
  return item.field === undefined && item.modifiers.length === 0
}

function keyOf(item: Item): string {
  return [item.field ?? '', ...item.modifiers].join('|')
}

/** The value as the rule wrote it, a list or not; no values at all mean that the field is null. */
function valueOf(item: Item): unknown {
  if (item.values.length === 0) return null
  if (item.isList || item.values.length > 1) return item.values
  const [value] = item.values
  return isRecord(value) ? { ...value } : value
}
