import type { FinishedSession } from '#domain/records/index.ts'
import { DAY_US } from '#domain/time.ts'

/** What one finished session adds to its agent's normal. */
export type Sample = Pick<
  FinishedSession,
  'session_id' | 'part' | 'ended_at' | 'measures' | 'sets' | 'counts' | 'server_ids'
>

const SAMPLES_MAX_COUNT = 1_000
export const SAMPLE_AGE_MAX_US = 14 * DAY_US

/** The sample of a finished session. */
export function sampleOf(session: FinishedSession): Sample {
  const { session_id, part, ended_at, measures, sets, counts, server_ids } = session
  return { session_id, part, ended_at, measures, sets, counts, server_ids }
}

/**
 * Two lots of samples as one, each sample once, in the order they count: the newest
 * `SAMPLES_MAX_COUNT` not older than 14 days before `nowUs`. It does not matter how they were
 * split.
 */
export function mergeSamples(
  some: readonly Sample[],
  others: readonly Sample[],
  nowUs: number,
): Sample[] {
  const known = new Set(some.map(sampleKey))
  const fresh = others.filter((sample) => !known.has(sampleKey(sample)))
  return [...some, ...fresh]
    .filter((sample) => isYoung(sample, nowUs))
    .sort(compareSamples)
    .slice(-SAMPLES_MAX_COUNT)
}

/** Whether a sample still counts. */
export function isYoung(sample: Sample, nowUs: number): boolean {
  return sample.ended_at >= nowUs - SAMPLE_AGE_MAX_US
}

/** By end, then session and part. */
export function compareSamples(one: Sample, other: Sample): number {
  if (one.ended_at !== other.ended_at) return one.ended_at - other.ended_at
  if (one.session_id !== other.session_id) return one.session_id < other.session_id ? -1 : 1
  return one.part - other.part
}

/** What tells samples of one agent apart. */
export function sampleKey({ session_id, part }: Sample): string {
  return `${session_id}\0${part}`
}
