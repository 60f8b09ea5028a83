import { keyOf } from '#domain/lane.ts'
import { MINUTE_US } from '#domain/time.ts'
import { noteSequence, takeOverdueHoles, type Hole, type SequenceState } from './sequence.ts'
import type { CollectorName } from './source.ts'

/** What is known of one live collector. Times named `…AtMs` are the clock's, others are events'. */
export type CollectorState = {
  name: CollectorName
  latenessUs: number
  /** Newest `occurred_at` it has posted; -Infinity: none yet. */
  highestUs: number
  postedAtMs: number
  /** What it says itself; undefined: it has never said. */
  statedUs: number | undefined
  /** What stands in the log; -Infinity: nothing yet. */
  promisedUs: number
  sequence: SequenceState | undefined
}

/** The collector's name on its promises. */
export function writerOf({ tenantId, collectorId }: CollectorName): string {
  return `collect:${keyOf(tenantId, collectorId)}`
}

/** A collector that has said nothing yet. */
export function newCollector(
  name: CollectorName,
  latenessUs: number,
  nowMs: number,
): CollectorState {
  return {
    name,
    latenessUs,
    highestUs: -Infinity,
    postedAtMs: nowMs,
    statedUs: undefined,
    promisedUs: -Infinity,
    sequence: undefined,
  }
}

/**
 * What a collector promises now: what it states, else its newest event plus the time it has been
 * idle, minus its lateness. Never more than the clock says, however fast its own clock runs, and
 * never less than before. -Infinity: nothing yet.
 */
export function promiseOf(state: CollectorState, nowMs: number): number {
  if (state.statedUs === Infinity) return Infinity
  const idleUs = Math.max(0, nowMs - state.postedAtMs) * 1000
  const computedUs = state.highestUs + idleUs - state.latenessUs
  return Math.max(state.promisedUs, Math.min(state.statedUs ?? computedUs, nowMs * 1000))
}

/**
 * What must be promised before an event of this time goes out: at a collector's first, and at each
 * new minute of its event time. Undefined: nothing.
 */
export function promiseBefore(
  state: CollectorState,
  occurredAtUs: number,
  nowMs: number,
): number | undefined {
  const highestUs = Math.max(state.highestUs, occurredAtUs)
  const promiseUs = promiseOf({ ...state, highestUs, postedAtMs: nowMs }, nowMs)
  if (promiseUs === -Infinity) return undefined
  return minuteOf(promiseUs) > minuteOf(state.promisedUs) ? promiseUs : undefined
}

/** The collector after a post of events with these times and numbers. */
export function afterPost(
  state: CollectorState,
  newestUs: number,
  numbers: readonly number[],
  nowMs: number,
): CollectorState {
  const highestUs = Math.max(state.highestUs, newestUs)
  const sequence = noteSequence(state.sequence, numbers, nowMs)
  return { ...state, highestUs, postedAtMs: nowMs, sequence }
}

/** Numbers that are overdue, and the collector once they are reported. */
export function takeLosses(
  state: CollectorState,
  nowMs: number,
  graceMs: number,
): { state: CollectorState; holes: readonly Hole[] } {
  if (state.sequence === undefined) return { state, holes: [] }
  const { state: sequence, overdue } = takeOverdueHoles(state.sequence, nowMs, graceMs)
  return { state: { ...state, sequence }, holes: overdue }
}

function minuteOf(timeUs: number): number {
  return Math.floor(timeUs / MINUTE_US)
}
