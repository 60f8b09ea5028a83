import type { Item } from './pipeline-detection.ts'
import { printText, readText } from './pipeline-text.ts'
import type { Piece, Text } from './pipeline-text.ts'

/** A value with the wildcards of `contains`, `startswith`, `endswith` in it, or no text at all. */
export type Folded = { text: Text } | { plain: unknown }

const PLACINGS: readonly string[] = ['contains', 'startswith', 'endswith']
const TEXT_MODIFIERS: ReadonlySet<string> = new Set([...PLACINGS, 'all', 'cased', 'neq', 'expand'])

/** Whether the item compares plain strings: no encoding, pattern, address, order or reference. */
export function comparesText(item: Item): boolean {
  return item.modifiers.every((modifier) => TEXT_MODIFIERS.has(modifier))
}

/**
 * The values as a pipeline sees them: modifiers have been applied, so `contains: x` is `*x*`.
 * Values of items that compare no plain strings are no text.
 */
export function foldedValues(item: Item): Folded[] {
  if (!comparesText(item)) return item.values.map((plain) => ({ plain }))
  const isExpanded = item.modifiers.includes('expand')
  return item.values.map((value) =>
    typeof value === 'string'
      ? { text: { pieces: folded(readText(value, isExpanded).pieces, item.modifiers) } }
      : { plain: value },
  )
}

/**
 * The item with other values. It keeps its `contains`, `startswith` or `endswith` where each value
 * still has the wildcards these stand for; otherwise the values get the wildcards written out.
 */
export function withFolded(item: Item, values: readonly Folded[]): Item {
  const placing = item.modifiers.filter((modifier) => PLACINGS.includes(modifier))
  const bare = values.map((value) => ('text' in value ? unfolded(value.text, placing) : undefined))
  const keeps = placing.length > 0 && bare.every((text) => text !== undefined)
  const written = values.map((value, index) => {
    if (!('text' in value)) return value.plain
    return printText(keeps ? (bare[index] ?? value.text) : value.text)
  })
  const modifiers = item.modifiers.filter(
    (modifier) =>
      (keeps || !PLACINGS.includes(modifier)) && (modifier !== 'all' || written.length > 1),
  )
  return { ...item, modifiers, values: written, isList: item.isList || written.length > 1 }
}

/** The text with `*` at both ends, as a keyword is found anywhere. */
export function contained(text: Text): Text {
  return { pieces: folded(text.pieces, ['contains']) }
}

function folded(pieces: readonly Piece[], modifiers: readonly string[]): readonly Piece[] {
  let wide = pieces
  for (const modifier of modifiers) {
    const isStart = modifier === 'contains' || modifier === 'endswith'
    const isEnd = modifier === 'contains' || modifier === 'startswith'
    if (isStart && wide[0] !== '*') wide = ['*', ...wide]
    if (isEnd && wide.at(-1) !== '*') wide = [...wide, '*']
  }
  return wide
}

function unfolded(text: Text, placing: readonly string[]): Text | undefined {
  let { pieces } = text
  for (const modifier of placing) {
    const isStart = modifier === 'contains' || modifier === 'endswith'
    const isEnd = modifier === 'contains' || modifier === 'startswith'
    if ((isStart && pieces[0] !== '*') || (isEnd && pieces.at(-1) !== '*')) return undefined
    pieces = pieces.slice(isStart ? 1 : 0, isEnd ? -1 : undefined)
  }
  return pieces.length === 0 ? undefined : { pieces }
}
