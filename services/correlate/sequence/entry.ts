import type { Layer, Match } from '#domain/records/index.ts'

/** What the engine reads of a match. */
export type SequenceMatch = Pick<
  Match,
  | 'tenant_id'
  | 'rule_id'
  | 'layer'
  | 'occurred_at'
  | 'session_id'
  | 'agent_id'
  | 'user_id'
  | 'server_id'
  | 'event_id'
  | 'group_by'
>

/** Whom a match is about. */
export type About = {
  layer: Layer
  sessionId: string
  agentId: string | null
  userId: string | null
  serverId: string | null
}

/** One match in one group of one correlation. */
export type Entry = {
  atUs: number
  /** Among records of one time, by layer (time.md): model, application, data, network. */
  rank: number
  /** Its rule's place in the correlation. */
  rule: number
  eventId: string
  /** The firing it stands for where its rule is a correlation, else empty. */
  firingId: string
  /** What the condition reads of it. */
  value: number | string
  about: About
  /** Fields for the correlations above, one for each name. */
  carried: readonly string[]
}

const RANK_BY_LAYER: Readonly<Record<Layer, number>> = {
  model: 0,
  application: 1,
  data: 2,
  network: 3,
}

export function rankOf(layer: Layer): number {
  return RANK_BY_LAYER[layer]
}

/**
 * The order in which entries count: it depends on nothing but the entries. Of two rules at one time
 * and rank the later comes first, so that neither follows the other.
 */
export function compareEntries(one: Entry, other: Entry): number {
  if (one.atUs !== other.atUs) return one.atUs - other.atUs
  if (one.rank !== other.rank) return one.rank - other.rank
  if (one.rule !== other.rule) return other.rule - one.rule
  if (one.eventId !== other.eventId) return one.eventId < other.eventId ? -1 : 1
  if (one.firingId === other.firingId) return 0
  return one.firingId < other.firingId ? -1 : 1
}

/** The first place in a sorted list whose entry is at or after the time. */
export function placeOfTime(entries: readonly Entry[], atUs: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries[middle]!.atUs < atUs) low = middle + 1
    else high = middle
  }
  return low
}

/** Where an entry belongs in a sorted list; undefined where it stands there already. */
export function placeOfEntry(entries: readonly Entry[], entry: Entry): number | undefined {
  const last = entries.at(-1)
  if (last === undefined || compareEntries(last, entry) < 0) return entries.length
  let low = 0
  let high = entries.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareEntries(entries[middle]!, entry) < 0) low = middle + 1
    else high = middle
  }
  return compareEntries(entries[low]!, entry) === 0 ? undefined : low
}
