import { idOf } from '#domain/ids.ts'
import type { Finding } from './firing.ts'

/** What was told of one time span of one group. */
type Claim = { firingId: string; print: string; isSettled: boolean; endUs: number }
export type ClaimBody = [
  key: number,
  firingId: string,
  print: string,
  isSettled: boolean,
  endUs: number,
]

/**
 * What a group has told: at most one firing for each time span. Time spans are counted from the
 * epoch, so that which one a moment falls into depends on nothing that may come late.
 */
export class Claims {
  readonly #spanUs: number
  readonly #parts: readonly string[]
  readonly #claims = new Map<number, Claim>()
  #earliestEndUs = Infinity

  /** `parts` are what a firing's id is made of, beside its time span. */
  constructor(spanUs: number, parts: readonly string[]) {
    this.#spanUs = spanUs
    this.#parts = parts
  }

  get count(): number {
    return this.#claims.size
  }

  has(atUs: number): boolean {
    return this.#claims.has(this.#keyOf(atUs))
  }

  /** The id of the firing which this moment falls into; remembered from now on. */
  idOf(atUs: number): string {
    return this.#claim(atUs).firingId
  }

  /** What is new in a finding made at once: true the first time. */
  claim(atUs: number, makeFinding: () => Finding): Finding | undefined {
    const claim = this.#claim(atUs)
    if (claim.isSettled || claim.print !== '') return undefined
    const finding = makeFinding()
    claim.print = printOf(finding)
    return finding
  }

  /** What is new in a final finding: the first one counts, where it differs from what was told. */
  settle(atUs: number, makeFinding: () => Finding): Finding | undefined {
    const claim = this.#claim(atUs)
    if (claim.isSettled) return undefined
    const finding = makeFinding()
    const isTold = claim.print === printOf(finding)
    claim.print = ''
    claim.isSettled = true
    return isTold ? undefined : finding
  }

  /** Forgets what no match at or after the time can fall into. */
  forget(cutUs: number): void {
    if (this.#earliestEndUs + this.#spanUs > cutUs) return
    this.#earliestEndUs = Infinity
    for (const [key, { endUs }] of this.#claims) {
      if (endUs + this.#spanUs <= cutUs) this.#claims.delete(key)
      else this.#earliestEndUs = Math.min(this.#earliestEndUs, endUs)
    }
  }

  forgetOldest(): void {
    const [oldest] = this.#claims.keys()
    if (oldest !== undefined) this.#claims.delete(oldest)
  }

  body(): ClaimBody[] {
    return [...this.#claims].map(([key, claim]) => [
      key,
      claim.firingId,
      claim.print,
      claim.isSettled,
      claim.endUs,
    ])
  }

  restore(body: readonly ClaimBody[]): void {
    for (const [key, firingId, print, isSettled, endUs] of body) {
      this.#claims.set(key, { firingId, print, isSettled, endUs })
      this.#earliestEndUs = Math.min(this.#earliestEndUs, endUs)
    }
  }

  #claim(atUs: number): Claim {
    const key = this.#keyOf(atUs)
    const known = this.#claims.get(key)
    if (known !== undefined) return known
    const span = Math.floor(atUs / this.#spanUs)
    const firingId = idOf('firing', ...this.#parts, String(span))
    const claim = { firingId, print: '', isSettled: false, endUs: (span + 1) * this.#spanUs }
    this.#claims.set(key, claim)
    this.#earliestEndUs = Math.min(this.#earliestEndUs, claim.endUs)
    return claim
  }

  #keyOf(atUs: number): number {
    return Math.floor(atUs / this.#spanUs)
  }
}

function printOf(finding: Finding): string {
  return idOf('finding', JSON.stringify(finding))
}
