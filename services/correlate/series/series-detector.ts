import { RankedWindow } from './ranked-window.ts'
import { RecentHighest, type RecentHighestBody } from './recent-highest.ts'
import { Season, type SeasonBody } from './season.ts'

/** Values before which a detector says nothing. */
export const WARM_MIN_COUNT = 50
/** A week of five minutes; odd, so that the median is one of the values. */
const WINDOW_MAX_COUNT = 2_015
/** Of the normal distribution: 1 / 1.4826. */
const DEVIATION_SCALE = 0.6745
/** The least spread there is, as a share of the usual level. */
const SPREAD_MIN_SHARE = 0.05
const SPREAD_MIN = 1e-9
/** How much a decade of distance counts beside a decade of rank. */
const DISTANCE_WEIGHT = 2
/** Values farther out than so many deviations teach the season no more than these. */
const LEARNED_MAX_DEVIATIONS = 20

export type DetectorOptions = {
  /** Over how many values what was told is not told again, unless it grows. */
  refractoryCount: number
  /** The least spread there is, in the unit of the values. */
  spreadMin: number
}

/** What one value is, in the light of those before it. */
export type Reading = {
  /** What is usual at that time. */
  expected: number
  /** Robust standard deviations from what is usual, negative below it; 0 while cold. */
  robustZ: number
  /** The share of values that lie as far above or further; 1 while cold. */
  upperTailShare: number
  /** How unusual it is, on either side; 0 while cold or told already. */
  score: number
}

/** A detector's memory, as JSON. */
export type DetectorBody = { season: SeasonBody; recent: RecentHighestBody; residuals: string }

/**
 * Says of each value of one series, in order of time, how unusual it is. With r what the value lies
 * above the season's level, among the last 2,015 such r: p twice the smaller of the shares above
 * and below (ties half), z = 0.6745 |r − median| / max(MAD, 5 % of the level); the score is
 * log10(1/p) + 2·log10(1 + z), or 0 where it was as high within the refractory span.
 *
 * The rank tail is that of conformal anomaly detection (Laxhammar & Falkman 2010), which needs no
 * distribution; z is Iglewicz & Hoaglin's (1993), and tells apart what is beyond all ranks.
 */
export class SeriesDetector {
  readonly #options: DetectorOptions
  readonly #season = new Season()
  readonly #residuals = new RankedWindow(WINDOW_MAX_COUNT)
  readonly #recent: RecentHighest

  constructor(options: DetectorOptions) {
    this.#options = options
    this.#recent = new RecentHighest(options.refractoryCount)
  }

  /** Judges a value, then learns it. `atUs` must not go back. */
  read(atUs: number, value: number): Reading {
    const count = this.#residuals.count
    const expected = count === 0 ? value : this.#season.levelAt(atUs)
    const residual = Math.fround(value - expected)
    const below = this.#residuals.countBelow(residual)
    if (count < WARM_MIN_COUNT) {
      this.#season.learn(atUs, value)
      this.#residuals.add(residual, below)
      return { expected, robustZ: 0, upperTailShare: 1, score: 0 }
    }
    const equal = this.#residuals.countEqual(residual, below)
    const share = (below + (equal + 1) / 2) / (count + 1)
    const median = this.#residuals.median()
    const spread = this.#spreadAround(median, expected)
    const robustZ = (residual - median) / spread
    const tail = 2 * Math.min(share, 1 - share)
    const score = Math.log10((1 + Math.abs(robustZ)) ** DISTANCE_WEIGHT / tail)
    const reach = LEARNED_MAX_DEVIATIONS * spread
    const learned = Math.min(Math.max(residual, median - reach), median + reach)
    this.#season.learn(atUs, expected + learned)
    this.#residuals.add(residual, below)
    return { expected, robustZ, upperTailShare: 1 - share, score: this.#recent.take(score) }
  }

  body(): DetectorBody {
    const { buffer } = this.#residuals.values()
    const residuals = Buffer.from(buffer).toString('base64')
    return { season: this.#season.body(), recent: this.#recent.body(), residuals }
  }

  restore({ season, recent, residuals }: DetectorBody): void {
    this.#season.restore(season)
    this.#recent.restore(recent)
    const bytes = Uint8Array.from(Buffer.from(residuals, 'base64'))
    this.#residuals.restore(new Float32Array(bytes.buffer))
  }

  /** In the unit of the values, so that a robust z is a distance in spreads. */
  #spreadAround(median: number, expected: number): number {
    const least = Math.max(SPREAD_MIN_SHARE * Math.abs(expected), this.#options.spreadMin)
    return Math.max(this.#residuals.deviation(median), least, SPREAD_MIN) / DEVIATION_SCALE
  }
}
