// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/**
 * What is normal for one agent and measure, as of the end of an epoch; with measure ~complete, the
 * marker that all of an epoch's baselines were written.
 */
export type Baseline = {
  tenant_id: string
  /** The agent; ~peers/<server> for all agents of the tenant that work through one server. */
  agent_id: string
  measure: string
  /** Epoch number: event time divided by the epoch's length. */
  epoch: number
  kind: BaselineKind
  /** End of the epoch. */
  sealed_at: number
  samples_count: number
  mean: number | null
  median: number | null
  /** Median absolute deviation, unscaled. */
  mad: number | null
  /** At 0, 1, 2 … 100 percent; empty for sets. */
  quantiles: number[]
  /** For sets: a name and when it was last seen. */
  last_seen: Record<string, number>
  revision: number
  /**
   * For counts: what was done how often in which context, decayed by event time; 1024 is once, just
   * now.
   */
  counts: Record<string, Record<string, number>>
  /** Names and counts which a bound kept out of this record. */
  evicted_count: number
  /** End of the oldest session it rests on. */
  since_at: number | null
  /** What the numbers mean: 1 has no counts, 2 has counts with a half-life of seven days. */
  format_version: number
}

export type BaselineKind = 'number' | 'set' | 'marker' | 'counts'
