import { MINUTE_US } from '#domain/time.ts'

/** How much the engine keeps. What a limit costs is counted (`SequenceCount`) and never silent. */
export type SequenceLimits = {
  /** How late behind the watermark a match may be and still count in full. */
  horizonUs: number
  /** Groups of one correlation. Beyond, about the oldest is forgotten. */
  groupsMaxCount: number
  /**
   * Matches, and so distinct values, of one group; a correlation that counts higher gets as many
   * as it needs. Beyond, what no later window can need goes first, then the oldest.
   */
  matchesPerGroupMaxCount: number
  /** Matches of all groups. Beyond, about the oldest group of the correlation is forgotten. */
  matchesMaxCount: number
  /** Firings of one group that are remembered so as not to be told twice. */
  claimsPerGroupMaxCount: number
  /** Events a firing names. */
  eventIdsMaxCount: number
  /** Matches looked at again at once for one that came late; beyond, the watermark decides. */
  rescanMaxCount: number
  /**
   * Whether what is found over several sessions is told at once too. Its matches come over several
   * lanes, and which session it is told of would depend on which lane was read first.
   */
  claimsAcrossSessions: boolean
}

export const DEFAULT_LIMITS: SequenceLimits = {
  horizonUs: 10 * MINUTE_US,
  groupsMaxCount: 100_000,
  matchesPerGroupMaxCount: 2_000,
  matchesMaxCount: 1_000_000,
  claimsPerGroupMaxCount: 1_000,
  eventIdsMaxCount: 64,
  rescanMaxCount: 4_096,
  claimsAcrossSessions: true,
}

/**
 * What a counter counts: matches without a group-by field, or without a value the condition reads;
 * matches known already; matches older than the horizon; groups, matches and claims that a limit
 * cost; and late matches whose claim waits for the watermark.
 */
export type SequenceCount =
  | 'ungrouped'
  | 'without_value'
  | 'repeated'
  | 'too_late'
  | 'groups_dropped'
  | 'matches_dropped'
  | 'claims_dropped'
  | 'rescans_put_off'

export type CountSequence = (what: SequenceCount, correlationId: string) => void
