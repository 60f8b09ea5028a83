import { ONCE_WEIGHT, OTHER_NAMES } from '#domain/baseline-form.ts'
import { keyOf } from '#domain/lane.ts'
import type { Baseline } from '#domain/records/index.ts'
import { DAY_US, hourOfWeek } from '#domain/time.ts'

/** Origins there are: what a share is smoothed over. */
const ORIGINS_COUNT = 6
/** Of each possible name, before anything was seen (Krichevsky and Trofimov). */
const PRIOR_COUNT = 0.5
/** How many occurrences what is usual anywhere counts as, in a context. */
const BACK_OFF_COUNT = 5
const TABLE_MIN_COUNT = 20
const ORIGIN_MIN_COUNT = 10
const HISTORY_MIN_US = 7 * DAY_US
const HOURS_A_WEEK = 168
const NEIGHBOUR_SHARE = 0.5
const DECIMALS = 1000

/** How an argument's origin compares with those the same argument of the same tool had before. */
export type OriginHabit = { rarity: number; usualOrigin: string; usualShare: number }

/** Null where the argument of the tool was met fewer than ten times (decayed). */
export function originHabit(
  { counts }: Baseline,
  tool: string,
  path: string,
  origin: string,
): OriginHabit | null {
  const context = keyOf(tool, path)
  const known = Object.hasOwn(counts, context) ? counts[context] : undefined
  const total = countOf(known)
  if (known === undefined || total < ORIGIN_MIN_COUNT) return null
  const share = (timesOf(known, origin) + PRIOR_COUNT) / (total + PRIOR_COUNT * ORIGINS_COUNT)
  const [usualOrigin, weight] = Object.entries(known).reduce((most, entry) =>
    entry[1] > most[1] ? entry : most,
  )
  const usualShare = rounded(weight / ONCE_WEIGHT / total)
  return { rarity: rounded(1 - share), usualOrigin, usualShare }
}

/**
 * Bits of surprise at a name in its context: less one for each time it is twice as likely. What is
 * usual in any context is what a context knows before it was met. Null where the whole table has
 * fewer than twenty occurrences.
 */
export function surpriseOf(baseline: Baseline, context: string, name: string): number | null {
  const everywhere = totalsOf(baseline)
  if (everywhere.total < TABLE_MIN_COUNT) return null
  const { counts } = baseline
  const namesCount = everywhere.byName.size + 1
  const anywhere =
    ((everywhere.byName.get(name) ?? 0) + PRIOR_COUNT) /
    (everywhere.total + PRIOR_COUNT * namesCount)
  const here = Object.hasOwn(counts, context) ? counts[context] : undefined
  const share = (timesOf(here, name) + BACK_OFF_COUNT * anywhere) / (countOf(here) + BACK_OFF_COUNT)
  return rounded(-Math.log2(share))
}

/**
 * How rare it is that the agent is active at this hour of the week: one less the share of its
 * active hours that are no more usual, the hours beside them counted half, and of those never met
 * (Good and Turing). Null before twenty sessions over at least a week.
 */
export function hourRarity(baseline: Baseline, atUs: number): number | null {
  const { sealed_at, since_at } = baseline
  if (since_at === null || sealed_at - since_at < HISTORY_MIN_US) return null
  const rarities = raritiesByBaseline.get(baseline) ?? hourRarities(baseline.counts[''])
  raritiesByBaseline.set(baseline, rarities)
  return rarities?.[hourOfWeek(atUs)] ?? null
}

const raritiesByBaseline = new WeakMap<Baseline, number[] | null>()

/** Of each hour of the week; null where too little is known of them. */
function hourRarities(hours: Counts | undefined): number[] | null {
  const total = countOf(hours)
  if (total < TABLE_MIN_COUNT) return null
  const times = Array.from({ length: HOURS_A_WEEK }, (_, hour) => timesOf(hours, String(hour)))
  const usual = times.map((own, hour) => {
    const before = times[(hour + HOURS_A_WEEK - 1) % HOURS_A_WEEK] ?? 0
    const after = times[(hour + 1) % HOURS_A_WEEK] ?? 0
    return own + NEIGHBOUR_SHARE * (before + after)
  })
  const metOnce = times.filter((own) => own <= 1).reduce((sum, own) => sum + own, 0)
  return usual.map((now) => {
    const asRare = times.filter((_, hour) => (usual[hour] ?? 0) <= now)
    const share = asRare.reduce((sum, own) => sum + own, metOnce + PRIOR_COUNT) / (total + 1)
    return rounded(Math.max(0, 1 - share))
  })
}

type Counts = Readonly<Record<string, number>>
type Totals = { byName: Map<string, number>; total: number }

const totalsByBaseline = new WeakMap<Baseline, Totals>()

/** How often each name was met, in whatever context. */
function totalsOf(baseline: Baseline): Totals {
  const known = totalsByBaseline.get(baseline)
  if (known !== undefined) return known
  const totals: Totals = { byName: new Map(), total: 0 }
  for (const names of Object.values(baseline.counts)) {
    for (const [name, weight] of Object.entries(names)) {
      const times = weight / ONCE_WEIGHT
      totals.total += times
      totals.byName.set(name, (totals.byName.get(name) ?? 0) + times)
    }
  }
  totalsByBaseline.set(baseline, totals)
  return totals
}

function countOf(counts: Counts | undefined): number {
  return Object.values(counts ?? {}).reduce((sum, weight) => sum + weight, 0) / ONCE_WEIGHT
}

/** A name that may have been cut counts as all that was cut. */
function timesOf(counts: Counts | undefined, name: string): number {
  if (counts === undefined) return 0
  const weight = Object.hasOwn(counts, name) ? counts[name] : counts[OTHER_NAMES]
  return (weight ?? 0) / ONCE_WEIGHT
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS
}
