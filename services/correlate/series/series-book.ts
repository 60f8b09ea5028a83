import type { StateChange } from '#domain/stage.ts'
import { SeriesDetector, type DetectorBody, type Reading } from './series-detector.ts'
import { SUBJECT_KINDS, type SubjectKind, type Total } from './totals.ts'

export const BOOK_PREFIX = 'r/'
/** Of each kind of subject. With all kinds full and a week of values each: about 160 MiB. */
const SERIES_MAX_COUNT = 2_000
/** An hour in which the subject does something. */
const REFRACTORY_COUNT = 12
/** One call, row, byte or destination. */
const SPREAD_MIN = 1

type Series = { detector: SeriesDetector; lastAtUs: number }
type SeriesBody = { last_at: number; detector: DetectorBody }

/**
 * The series of all subjects: of each kind so many, the one that was silent longest makes room.
 * Silence is no value: a series is of the bins in which its subject does something.
 */
export class SeriesBook {
  evictedCount = 0
  readonly #maxCount: number
  readonly #kinds = new Map<SubjectKind, Map<string, Series>>()
  readonly #changed = new Map<string, Series | undefined>()
  #isRestored = false

  constructor(maxCount = SERIES_MAX_COUNT) {
    this.#maxCount = maxCount
    for (const kind of SUBJECT_KINDS) this.#kinds.set(kind, new Map())
  }

  /** Judges a total by its subject's series, then adds it. Bins come in order of time. */
  read(total: Total, binAt: number): Reading {
    if (this.#isRestored) this.#sort()
    const all = this.#kinds.get(total.kind)!
    const series = all.get(total.key) ?? newSeries()
    all.delete(total.key)
    if (all.size >= this.#maxCount) this.#evict(all)
    all.set(total.key, series)
    this.#changed.set(total.key, series)
    series.lastAtUs = binAt
    return series.detector.read(binAt, total.value)
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#changed].map(([key, series]): StateChange => ({
      key: BOOK_PREFIX + key,
      body: series === undefined ? undefined : bodyOf(series),
    }))
    this.#changed.clear()
    return changes
  }

  restore(stateKey: string, body: unknown): void {
    const key = stateKey.slice(BOOK_PREFIX.length)
    const kind = SUBJECT_KINDS.find((one) => key.split('/')[1] === one)
    if (kind === undefined) return
    const { last_at, detector } = body as SeriesBody
    const series = { ...newSeries(), lastAtUs: last_at }
    series.detector.restore(detector)
    this.#kinds.get(kind)!.set(key, series)
    this.#isRestored = true
  }

  /** Who was silent longest stands first, as it was before. */
  #sort(): void {
    for (const [kind, all] of this.#kinds) {
      const sorted = [...all].sort(
        ([oneKey, one], [otherKey, other]) =>
          one.lastAtUs - other.lastAtUs || (oneKey < otherKey ? -1 : 1),
      )
      this.#kinds.set(kind, new Map(sorted))
    }
    this.#isRestored = false
  }

  #evict(all: Map<string, Series>): void {
    const [oldest] = all.keys()
    if (oldest === undefined) return
    all.delete(oldest)
    this.#changed.set(oldest, undefined)
    this.evictedCount += 1
  }
}

function newSeries(): Series {
  const options = { refractoryCount: REFRACTORY_COUNT, spreadMin: SPREAD_MIN }
  return { detector: new SeriesDetector(options), lastAtUs: 0 }
}

function bodyOf({ detector, lastAtUs }: Series): SeriesBody {
  return { last_at: lastAtUs, detector: detector.body() }
}
