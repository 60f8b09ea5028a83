import { seededRandom } from '#domain/seeded-random.ts'
import type { JudgedSession } from './measures.ts'

const RESAMPLES_COUNT = 500
const SEED = 20_260_101

/** Lower and upper end of a 95 % interval; undefined where nothing could be counted. */
export type Interval = { low: number; high: number } | undefined

/**
 * 95 % percentile bootstrap intervals of some measures, resampling whole user tasks: sessions of
 * one task resemble each other, so they are no independent samples. The same sessions give the same
 * intervals.
 */
export function bootstrapIntervals(
  sessions: readonly JudgedSession[],
  measuresOf: (sample: readonly JudgedSession[]) => Record<string, number | undefined>,
): Map<string, Interval> {
  const tasks = [...Map.groupBy(sessions, taskOf).values()]
  const random = seededRandom(SEED)
  const samples = new Map<string, number[]>()
  for (let round = 0; round < RESAMPLES_COUNT; round++) {
    const sample = tasks.flatMap(() => tasks[Math.floor(random() * tasks.length)] ?? [])
    for (const [name, value] of Object.entries(measuresOf(sample))) {
      if (value === undefined) continue
      const values = samples.get(name) ?? []
      values.push(value)
      samples.set(name, values)
    }
  }
  return new Map([...samples].map(([name, values]) => [name, intervalOf(values)]))
}

function taskOf(session: JudgedSession): string {
  const { suite, user_task, session_id } = session.label
  return user_task === undefined ? session_id : `${suite ?? ''}/${user_task}`
}

function intervalOf(values: number[]): Interval {
  const sorted = [...values].sort((one, other) => one - other)
  const low = sorted[Math.floor(sorted.length * 0.025)]
  const high = sorted[Math.ceil(sorted.length * 0.975) - 1]
  return low === undefined || high === undefined ? undefined : { low, high }
}
