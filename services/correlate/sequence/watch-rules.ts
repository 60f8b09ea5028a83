import type { Entry } from './entry.ts'
import type { Watch } from './watch.ts'

/**
 * When the latest set of all the wanted rules began, in any order; -Infinity while one is missing
 * or where the entry is of another rule.
 */
export class SetWatch implements Watch {
  readonly #lastUsByRule: number[]
  readonly #wanted: readonly number[]

  constructor(wanted: readonly number[]) {
    this.#wanted = wanted
    this.#lastUsByRule = Array.from({ length: Math.max(...wanted) + 1 }, () => -Infinity)
  }

  begin(): void {}

  add({ rule, atUs }: Entry): void {
    if (atUs > (this.#lastUsByRule[rule] ?? Infinity)) this.#lastUsByRule[rule] = atUs
  }

  remove(): void {}

  reading(entry: Entry): number {
    if (!this.#wanted.includes(entry.rule)) return -Infinity
    let beganUs = Infinity
    for (const rule of this.#wanted) beganUs = Math.min(beganUs, this.#lastUsByRule[rule]!)
    return beganUs
  }
}

/** Infinity where every wanted rule is in the window, and the entry is of one; else -Infinity. */
export class PresentWatch implements Watch {
  readonly #countByRule: number[] = []
  readonly #wanted: readonly number[]

  constructor(wanted: readonly number[]) {
    this.#wanted = wanted
    for (const rule of wanted) this.#countByRule[rule] = 0
  }

  begin(): void {}

  add({ rule }: Entry): void {
    this.#countByRule[rule] = (this.#countByRule[rule] ?? 0) + 1
  }

  remove({ rule }: Entry): void {
    this.#countByRule[rule] = (this.#countByRule[rule] ?? 0) - 1
  }

  reading(entry: Entry): number {
    const isReached =
      this.#wanted.includes(entry.rule) &&
      this.#wanted.every((rule) => (this.#countByRule[rule] ?? 0) > 0)
    return isReached ? Infinity : -Infinity
  }
}

/**
 * When the latest run through all the wanted rules, in their order, began that ends with the entry;
 * -Infinity where there is none. One number a rule: the latest beginning of a run up to it.
 */
export class ChainWatch implements Watch {
  readonly #placeByRule: ReadonlyMap<number, number>
  readonly #beganUs: number[]
  readonly #ends = new Map<Entry, number>()

  constructor(wanted: readonly number[]) {
    this.#placeByRule = new Map(wanted.map((rule, place) => [rule, place]))
    this.#beganUs = wanted.map(() => -Infinity)
  }

  begin(): void {
    if (this.#ends.size > 0) this.#ends.clear()
  }

  add(entry: Entry): void {
    const place = this.#placeByRule.get(entry.rule)
    if (place === undefined) return
    const beganUs = place === 0 ? entry.atUs : this.#beganUs[place - 1]!
    if (beganUs > this.#beganUs[place]!) this.#beganUs[place] = beganUs
    if (place === this.#beganUs.length - 1) this.#ends.set(entry, beganUs)
  }

  remove(): void {}

  reading(entry: Entry): number {
    return this.#ends.get(entry) ?? -Infinity
  }
}

/**
 * How many of the rules the longest run within a time span has, in their order and some perhaps
 * left out, that ends with the entry. One number a rule and length: the latest beginning.
 */
export class RunLengthWatch implements Watch {
  readonly #spanUs: number
  /** By rule, then by length less one. */
  readonly #beganUs: number[][]
  readonly #ends = new Map<Entry, number>()

  constructor(ruleCount: number, spanUs: number) {
    this.#spanUs = spanUs
    this.#beganUs = Array.from({ length: ruleCount }, (_, rule) =>
      Array.from({ length: rule + 1 }, () => -Infinity),
    )
  }

  begin(): void {
    if (this.#ends.size > 0) this.#ends.clear()
  }

  add(entry: Entry): void {
    const { rule, atUs } = entry
    const own = this.#beganUs[rule]!
    own[0] = atUs
    let longest = 1
    for (let length = 2; length <= rule + 1; length += 1) {
      let beganUs = -Infinity
      for (let before = length - 2; before < rule; before += 1) {
        beganUs = Math.max(beganUs, this.#beganUs[before]![length - 2]!)
      }
      if (beganUs <= atUs - this.#spanUs) break
      own[length - 1] = beganUs
      longest = length
    }
    this.#ends.set(entry, longest)
  }

  remove(): void {}

  reading(entry: Entry): number {
    return this.#ends.get(entry) ?? 0
  }
}
