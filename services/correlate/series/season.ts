import { HOUR_US } from '#domain/time.ts'

const DAY_HOURS = 24
const WEEK_HOURS = 7 * DAY_HOURS
/** The epoch was a Thursday: so many hours after Sunday midnight. */
const EPOCH_HOURS_INTO_WEEK = 4 * DAY_HOURS
/** A mean of so many values goes on as a decaying one: twenty hours of five minutes. */
const MEMORY_MAX_COUNT = 240
/** How many values of an hour of the day the mean of all hours is worth. */
const ALL_HOURS_WORTH = 6
/** How many values of an hour of the week the level of its hour of the day is worth. */
const DAY_WORTH = 96

/** What a season keeps: means and how many values they are of, by hour of the week and the day. */
export type SeasonBody = { means: number[]; counts: number[] }

/**
 * The level of a series by hour of the week (UTC, Sunday first). An hour of the week seen seldom
 * leans on its hour of the day, and that on the mean of all (shrinkage, as in empirical Bayes): a
 * week of values is enough to begin with, and a month to tell Tuesdays from Sundays.
 */
export class Season {
  /** 168 hours of the week, 24 hours of the day, all. */
  readonly #means = new Float64Array(WEEK_HOURS + DAY_HOURS + 1)
  readonly #counts = new Uint16Array(WEEK_HOURS + DAY_HOURS + 1)

  /** What is usual at a time; 0 where nothing is known. */
  levelAt(atUs: number): number {
    const week = hourOfWeek(atUs)
    const all = this.#means[WEEK_HOURS + DAY_HOURS]!
    const day = this.#leaning(WEEK_HOURS + (week % DAY_HOURS), all, ALL_HOURS_WORTH)
    return this.#leaning(week, day, DAY_WORTH)
  }

  learn(atUs: number, value: number): void {
    const week = hourOfWeek(atUs)
    this.#add(week, value)
    this.#add(WEEK_HOURS + (week % DAY_HOURS), value)
    this.#add(WEEK_HOURS + DAY_HOURS, value)
  }

  body(): SeasonBody {
    return { means: [...this.#means], counts: [...this.#counts] }
  }

  restore({ means, counts }: SeasonBody): void {
    this.#means.set(means)
    this.#counts.set(counts)
  }

  #leaning(cell: number, on: number, worth: number): number {
    const count = this.#counts[cell]!
    return (count * this.#means[cell]! + worth * on) / (count + worth)
  }

  #add(cell: number, value: number): void {
    const count = Math.min(this.#counts[cell]! + 1, MEMORY_MAX_COUNT)
    this.#counts[cell] = count
    this.#means[cell]! += (value - this.#means[cell]!) / count
  }
}

/** 0 is the first hour of Sunday, UTC. */
function hourOfWeek(atUs: number): number {
  return (Math.floor(atUs / HOUR_US) + EPOCH_HOURS_INTO_WEEK) % WEEK_HOURS
}
