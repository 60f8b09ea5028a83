import type { EndBasis, FinishedSession, Layer, SessionBasis } from '#domain/records/index.ts'
import { MINUTE_US } from '#domain/time.ts'
import { addName } from './bounded.ts'
import { habitsOf, type Habits } from './habits.ts'
import type { AnyEvent, Sight } from './sight.ts'

type Identity = {
  agent_id: string | null
  agent_version: string | null
  user_id: string | null
  session_basis: SessionBasis
}

/** What one event adds to its session's summary, until the watermark has passed it. */
type Delta = Pick<Sight, 'sums' | 'peaks' | 'names'> & {
  habits: Habits
  atUs: number
  layer: number
  collector: string
  seq: number
  /** Place in `identities`. */
  identity: number
  server: string | null
  isEnd: boolean
}

/** A stretch of the session that goes on. */
type OpenPart = {
  identity: Identity
  startedAtUs: number
  lastAtUs: number
  measures: Record<string, number>
  sets: Record<string, string[]>
  servers: string[]
  counts: Record<string, Record<string, number>>
  /** Names and counts that found no room. */
  droppedCount: number
  events: number
}

/**
 * What a session's summary needs: events ahead of the watermark, the open part, how it last ended.
 */
export type SummaryState = {
  identities: Identity[]
  pending: Delta[]
  open: OpenPart | null
  /** Parts that ended but which the watermark has not passed yet. */
  finished: FinishedSession[]
  part: number
  endedAtUs: number | null
  /** It ended by its own word: nothing after that counts. */
  isOver: boolean
}

/** How long after its end a session's parts stay numbered. */
const PARTS_REMEMBERED_US = 24 * 60 * MINUTE_US
const PENDING_MAX_COUNT = 512
const IDENTITIES_MAX_COUNT = 16
const SET_MAX_COUNT = 64
const SERVERS_MAX_COUNT = 32
/** Keys of one table of counts. */
const COUNTS_MAX_COUNT = 64
/** Tables that say whether, not how often. */
const ONCE_TABLES: ReadonlySet<string> = new Set(['hour_of_week'])
const LAYER_ORDER: readonly Layer[] = ['model', 'application', 'data', 'network']
const TOTALS = [
  'tool_calls',
  'errors',
  'denials',
  'rows_read',
  'bytes_read',
  'bytes_out',
  'completions',
  'output_bytes',
]

/** Nothing seen yet. */
export function emptySummary(): SummaryState {
  return {
    identities: [],
    pending: [],
    open: null,
    finished: [],
    part: 0,
    endedAtUs: null,
    isOver: false,
  }
}

/** Whose session, and after what silence it has ended. */
export type SummaryOf = { tenantId: string; sessionId: string; inactivityGapUs: number }

/** Takes an event's part of the summary in; it counts when the watermark has passed it. */
export function addToSummary(
  state: SummaryState,
  of: SummaryOf,
  event: AnyEvent,
  layer: Layer,
  sight: Sight,
): void {
  state.pending.push({
    atUs: event.occurred_at,
    layer: LAYER_ORDER.indexOf(layer),
    collector: event.collector_id,
    seq: event.collector_seq,
    identity: identityOf(state, event),
    server: event.server_id,
    isEnd: event.action === 'session_end',
    sums: sight.sums,
    peaks: sight.peaks,
    names: sight.names,
    habits: habitsOf(event, sight.facts),
  })
  if (state.pending.length <= PENDING_MAX_COUNT) return
  const early = state.pending.toSorted(compareDeltas).slice(0, PENDING_MAX_COUNT / 2)
  const isEarly = new Set(early)
  state.pending = state.pending.filter((delta) => !isEarly.has(delta))
  for (const delta of early) fold(state, of, delta)
}

/** Folds what the watermark has passed; returns the parts that ended before it. */
export function foldSummary(
  state: SummaryState,
  of: SummaryOf,
  watermarkUs: number,
): FinishedSession[] {
  const ready = state.pending.filter((delta) => delta.atUs < watermarkUs).sort(compareDeltas)
  state.pending = state.pending.filter((delta) => delta.atUs >= watermarkUs)
  for (const delta of ready) fold(state, of, delta)
  if (state.pending.length === 0) state.identities = []
  if (state.open !== null && state.open.lastAtUs + of.inactivityGapUs < watermarkUs) {
    close(state, of, state.open, state.open.lastAtUs + of.inactivityGapUs, 'inactivity')
  }
  const passed = state.finished.filter((part) => part.ended_at < watermarkUs)
  state.finished = state.finished.filter((part) => part.ended_at >= watermarkUs)
  return passed
}

/** When the watermark changes something here, once it is later than this. */
export function summaryDueUs(state: SummaryState, inactivityGapUs: number): number {
  let dueUs = Infinity
  for (const { atUs } of state.pending) dueUs = Math.min(dueUs, atUs)
  for (const { ended_at } of state.finished) dueUs = Math.min(dueUs, ended_at)
  if (state.open !== null) dueUs = Math.min(dueUs, state.open.lastAtUs + inactivityGapUs)
  return dueUs < Infinity ? dueUs : (state.endedAtUs ?? 0) + PARTS_REMEMBERED_US
}

/** Whether nothing but the number of its parts is left. */
export function isAtRest(state: SummaryState): boolean {
  return state.pending.length === 0 && state.finished.length === 0 && state.open === null
}

function fold(state: SummaryState, of: SummaryOf, delta: Delta): void {
  const { open } = state
  if (open !== null && delta.atUs > open.lastAtUs + of.inactivityGapUs) {
    close(state, of, open, open.lastAtUs + of.inactivityGapUs, 'inactivity')
  }
  const { endedAtUs } = state
  if (state.open === null && endedAtUs !== null) {
    if (delta.atUs > endedAtUs + PARTS_REMEMBERED_US) {
      state.part = 0
      state.isOver = false
      state.endedAtUs = null
    } else if (state.isOver || delta.atUs <= endedAtUs) return
  }
  if (state.open === null && delta.isEnd) {
    state.isOver = true // an end by itself is no stretch of a session
    state.endedAtUs ??= delta.atUs
    return
  }
  state.open ??= newPart(state, delta)
  merge(state.open, delta, state.identities[delta.identity])
  if (!delta.isEnd) return
  close(state, of, state.open, delta.atUs, 'explicit')
  state.isOver = true
}

function newPart(state: SummaryState, delta: Delta): OpenPart {
  const { atUs, identity } = delta
  const known = state.identities[identity]
  const nobody = { agent_id: null, agent_version: null, user_id: null }
  return {
    identity: known === undefined ? { ...nobody, session_basis: 'explicit' } : { ...known },
    startedAtUs: atUs,
    lastAtUs: atUs,
    measures: Object.fromEntries(TOTALS.map((name) => [name, 0])),
    sets: {},
    servers: [],
    counts: {},
    droppedCount: 0,
    events: 0,
  }
}

function merge(open: OpenPart, delta: Delta, identity: Identity | undefined): void {
  open.startedAtUs = Math.min(open.startedAtUs, delta.atUs)
  open.lastAtUs = Math.max(open.lastAtUs, delta.atUs)
  open.events += 1
  open.identity.agent_id ??= identity?.agent_id ?? null
  open.identity.agent_version ??= identity?.agent_version ?? null
  open.identity.user_id ??= identity?.user_id ?? null
  for (const [name, value] of Object.entries(delta.sums)) {
    open.measures[name] = (open.measures[name] ?? 0) + value
  }
  for (const [name, value] of Object.entries(delta.peaks)) {
    open.measures[name] = Math.max(open.measures[name] ?? value, value)
  }
  for (const [name, values] of Object.entries(delta.names)) {
    const set = (open.sets[name] ??= [])
    for (const value of values) open.droppedCount += addName(set, value, SET_MAX_COUNT)
  }
  for (const [table, keys] of Object.entries(delta.habits)) {
    const counts = (open.counts[table] ??= {})
    const isOnce = ONCE_TABLES.has(table)
    for (const key of keys) open.droppedCount += addCount(counts, key, isOnce)
  }
  if (delta.server !== null) addName(open.servers, delta.server, SERVERS_MAX_COUNT)
}

/** Returns 1 where a new key found no room. */
function addCount(counts: Record<string, number>, key: string, isOnce: boolean): 0 | 1 {
  const known = Object.hasOwn(counts, key) ? counts[key] : undefined
  if (known === undefined && Object.keys(counts).length >= COUNTS_MAX_COUNT) return 1
  counts[key] = isOnce ? 1 : (known ?? 0) + 1
  return 0
}

function close(
  state: SummaryState,
  { tenantId, sessionId }: SummaryOf,
  open: OpenPart,
  endedAtUs: number,
  basis: EndBasis,
): void {
  const { agent_id } = open.identity
  if (agent_id !== null) {
    const sets = Object.entries(open.sets).map(([name, set]) => [name, set.toSorted()])
    state.finished.push({
      tenant_id: tenantId,
      session_id: sessionId,
      part: state.part,
      ...open.identity,
      agent_id,
      started_at: open.startedAtUs,
      ended_at: endedAtUs,
      end_basis: basis,
      measures: open.measures,
      sets: Object.fromEntries(sets) as Record<string, string[]>,
      server_ids: open.servers.toSorted(),
      counts: sortedCounts(open.counts),
      dropped_count: open.droppedCount,
      events: open.events,
      revision: 1,
    })
  }
  state.part += 1
  state.open = null
  state.endedAtUs = endedAtUs
}

function sortedCounts(counts: OpenPart['counts']): OpenPart['counts'] {
  const byKey = <Value>([one]: [string, Value], [other]: [string, Value]): number =>
    one < other ? -1 : 1
  const tables = Object.entries(counts).map(([table, entries]): [string, typeof entries] => [
    table,
    Object.fromEntries(Object.entries(entries).sort(byKey)),
  ])
  return Object.fromEntries(tables.sort(byKey))
}

function identityOf(state: SummaryState, event: AnyEvent): number {
  const { agent_id, agent_version, user_id, session_basis } = event
  const known = state.identities.findIndex(
    (one) =>
      one.agent_id === agent_id &&
      one.agent_version === agent_version &&
      one.user_id === user_id &&
      one.session_basis === session_basis,
  )
  if (known >= 0) return known
  if (state.identities.length >= IDENTITIES_MAX_COUNT) return IDENTITIES_MAX_COUNT - 1
  return state.identities.push({ agent_id, agent_version, user_id, session_basis }) - 1
}

/** Event time, then layer, collector and its sequence (time.md). */
function compareDeltas(one: Delta, other: Delta): number {
  if (one.atUs !== other.atUs) return one.atUs - other.atUs
  if (one.layer !== other.layer) return one.layer - other.layer
  if (one.collector !== other.collector) return one.collector < other.collector ? -1 : 1
  return one.seq - other.seq
}
