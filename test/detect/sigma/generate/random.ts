/** Choices that a seed decides: the same seed, the same choices. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  below: (limit: number) => number
  pick: <T>(choices: readonly T[]) => T
  /** True in `percent` of a hundred. */
  chance: (percent: number) => boolean
}

/** Mulberry32: 32 bits of state, good enough to spread test cases. */
export function seeded(seed: number): Random {
  let state = seed | 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit)
  }
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    chance: (percent) => below(100) < percent,
  }
}

/** From `least` to `most` results of `make`. */
export function several<T>(
  random: Random,
  [least, most]: readonly [number, number],
  make: () => T,
): T[] {
  return Array.from({ length: least + random.below(most - least + 1) }, make)
}

/** The text with the case of some of its letters turned. */
export function inOtherCase(random: Random, text: string): string {
  const style = random.below(4)
  if (style === 0) return text.toUpperCase()
  if (style === 1) return text.toLowerCase()
  if (style === 2) return text
  return Array.from(text, (each) => (random.chance(30) ? each.toUpperCase() : each)).join('')
}
