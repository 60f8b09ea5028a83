import { createHash } from 'node:crypto'

/** Picks one of a list: the same for the same seed and the same picks before. */
export type Choose = <Item>(from: readonly [Item, ...Item[]]) => Item

/** A chooser that draws from the hash of the seed and a count. */
export function chooserOf(...seed: readonly string[]): Choose {
  let drawnCount = 0
  return (from) => {
    const drawn = numberOf(...seed, String(drawnCount))
    drawnCount += 1
    return from[drawn % from.length] ?? from[0]
  }
}

/** A number of 0 to 2^32 - 1 that these parts give. */
export function numberOf(...parts: readonly string[]): number {
  return createHash('sha256').update(parts.join('\0')).digest().readUInt32BE(0)
}

/** An id of twelve hex digits for what is derived from these parts. */
export function derivedHex(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}
