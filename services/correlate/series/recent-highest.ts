/** What is kept of the scores of a series: those that none after them has reached. */
export type RecentHighestBody = { place: number; places: number[]; scores: number[] }

/**
 * Refractory suppression: a score counts only where it is above every one of the `spanCount` before
 * it, so that what goes on is told once and what grows is told again. Keeps, of these, the falling
 * ones only.
 */
export class RecentHighest {
  readonly #spanCount: number
  #place = 0
  #first = 0
  #places: number[] = []
  #scores: number[] = []

  constructor(spanCount: number) {
    this.#spanCount = spanCount
  }

  /** The score where it counts, else 0. Takes it in. */
  take(score: number): number {
    const places = this.#places
    const scores = this.#scores
    while (this.#first < places.length && places[this.#first]! < this.#place - this.#spanCount) {
      this.#first += 1
    }
    if (this.#first > this.#spanCount) this.#compact()
    const isHighest = this.#first >= places.length || score > scores[this.#first]!
    while (places.length > this.#first && scores.at(-1)! <= score) {
      places.pop()
      scores.pop()
    }
    places.push(this.#place)
    scores.push(score)
    this.#place += 1
    return isHighest ? score : 0
  }

  body(): RecentHighestBody {
    const [places, scores] = [this.#places.slice(this.#first), this.#scores.slice(this.#first)]
    return { place: this.#place, places, scores }
  }

  restore({ place, places, scores }: RecentHighestBody): void {
    this.#place = place
    this.#first = 0
    this.#places = [...places]
    this.#scores = [...scores]
  }

  #compact(): void {
    this.#places.splice(0, this.#first)
    this.#scores.splice(0, this.#first)
    this.#first = 0
  }
}
