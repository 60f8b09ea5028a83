import type { Activity, Layer } from '#domain/records/index.ts'
import { activityBinAt } from '#domain/activity-bin.ts'
import { SECOND_US } from '#domain/time.ts'
import { addToBin, copyOfBin, type ActivityBin } from './activity-bins.ts'
import { isRefusal } from './application.ts'
import { addName } from './bounded.ts'
import { isRefused } from './network.ts'
import { addRecent, hasRoomFor, newRecent, type RecentActivity } from './recent-activity.ts'
import type { AnyEvent } from './sight.ts'

/** One session's activity on one server, as one layer saw it; `slotAtUs`: second last reported. */
export type ActivityState = {
  record: SessionActivity
  /** What happened within the newest five minutes and those before them, the older first. */
  bins: ActivityBin[]
  slotAtUs: number
  /** What happened since the record before. */
  recent: RecentActivity
  /** Something is not reported yet. */
  isDirty: boolean
  /** A restriction was acknowledged and no call has been permitted since. */
  awaitsPermitted: boolean
}

/** The part of a record that counts from the session's start. */
type SessionActivity = Omit<Activity, keyof ActivityBin | keyof RecentActivity>

/** Where an event belongs: the key of its session or address, its layer; the effect it has. */
export type SeenPlace = { key: string; layer: Layer; effect: string | null }
type ActivityPlace = SeenPlace & { serverId: string }

const ENFORCEMENTS_MAX_COUNT = 16
const IN_FORCE = 'restriction_in_force'

type Counted = Pick<Activity, 'permitted_count' | 'refused_count' | 'flow_count' | 'query_count'>

/**
 * Takes an event in. Reports at most once a second of event time: the first event at once, what
 * came within the second when it is over, whoever notices first (the next event or the watermark),
 * so that the reports do not depend on that. Acknowledgements, late events and events of five
 * minutes that are over go at once, and what is not reported yet goes when new ones begin.
 */
export function addActivity(
  known: ActivityState | undefined,
  event: AnyEvent,
  place: ActivityPlace,
  report: (activity: Activity) => void,
): ActivityState {
  const state = known ?? newState(event, place)
  const isOver = event.occurred_at >= state.slotAtUs + SECOND_US
  if (event.late || isOver) flushActivity(state, report)
  else if (activityBinAt(event.occurred_at) > newestBinAt(state)) reportDirty(state, report)
  if (!hasRoomFor(state.recent, event)) reportDirty(state, report)
  const counted = countedIn(event, place.layer)
  fold(state.record, event, counted)
  const isAcknowledged = acknowledge(state, event)
  const isFirstPermitted = state.awaitsPermitted && counted.permitted_count > 0 && !isAcknowledged
  if (isFirstPermitted) state.awaitsPermitted = false
  const bin = addToBin(state.bins, event, counted.permitted_count)
  addRecent(state.recent, event, counted.permitted_count, place.effect)
  const isBinOver = bin.bin_at < newestBinAt(state)
  const isDue = known === undefined || event.occurred_at >= state.slotAtUs + SECOND_US
  if (isDue && !event.late) state.slotAtUs = Math.max(state.slotAtUs, event.occurred_at)
  const isToldNow = isDue || event.late || isAcknowledged || isFirstPermitted
  if (isToldNow || isBinOver) tell(state, bin, report)
  if (!isBinOver) state.isDirty = !isToldNow
  return state
}

/** Reports what is not reported yet. Call it once the second after `slotAtUs` is over. */
export function flushActivity(state: ActivityState, report: (activity: Activity) => void): void {
  if (!state.isDirty) return
  reportDirty(state, report)
  state.slotAtUs += SECOND_US
}

function reportDirty(state: ActivityState, report: (activity: Activity) => void): void {
  const bin = state.bins.at(-1)
  if (!state.isDirty || bin === undefined) return
  tell(state, bin, report)
  state.isDirty = false
}

function newestBinAt({ bins }: ActivityState): number {
  return bins.at(-1)?.bin_at ?? -Infinity
}

function newState(event: AnyEvent, { key, layer, serverId }: ActivityPlace): ActivityState {
  const { tenant_id, session_id, agent_id, collector_id, collector_seq, occurred_at } = event
  const record: SessionActivity = {
    tenant_id,
    server_id: serverId,
    session_id,
    layer,
    agent_id,
    collector_id,
    last_collector_seq: collector_seq,
    first_at: occurred_at,
    last_at: occurred_at,
    permitted_count: 0,
    refused_count: 0,
    flow_count: 0,
    query_count: 0,
    enforcement_ids: [],
    bucket: bucketOf(key),
  }
  const flags = { isDirty: false, awaitsPermitted: false }
  return { record, bins: [], slotAtUs: occurred_at, recent: newRecent(), ...flags }
}

/** The third part of an address's key; a session's key has two. */
function bucketOf(key: string): number {
  return Number(key.split('/')[2] ?? 0)
}

function fold(record: SessionActivity, event: AnyEvent, counted: Counted): void {
  record.first_at = Math.min(record.first_at, event.occurred_at)
  record.last_at = Math.max(record.last_at, event.occurred_at)
  record.agent_id ??= event.agent_id
  record.collector_id = event.collector_id
  record.last_collector_seq = event.collector_seq
  record.permitted_count += counted.permitted_count
  record.refused_count += counted.refused_count
  record.flow_count += counted.flow_count
  record.query_count += counted.query_count
}

function countedIn(event: AnyEvent, layer: Layer): Counted {
  const counted = { permitted_count: 0, refused_count: 0, flow_count: 0, query_count: 0 }
  if (layer === 'data') counted.query_count = 1
  if (layer === 'network') {
    counted.flow_count = 1
    if ('verdict' in event && isRefused(event)) counted.refused_count = 1
  }
  if (layer === 'application' && 'decision' in event) {
    if (isRefusal(event.decision)) counted.refused_count = 1
    else if (event.action === 'tool_call') counted.permitted_count = 1
  }
  return counted
}

/** Whether a tap says with this event that it obeys a restriction. */
function acknowledge(state: ActivityState, event: AnyEvent): boolean {
  if (!('decision' in event) || event.decision !== IN_FORCE) return false
  for (const id of enforcementIds(event.extra)) {
    addName(state.record.enforcement_ids, id, ENFORCEMENTS_MAX_COUNT)
  }
  state.awaitsPermitted = true
  return true
}

/** `enforcement_ids` or `enforcement_id` of a tap's event, as JSON text. */
function enforcementIds(extra: Record<string, string>): string[] {
  const json = extra['enforcement_ids'] ?? extra['enforcement_id']
  if (json === undefined) return []
  try {
    const value: unknown = JSON.parse(json)
    const ids: unknown[] = Array.isArray(value) ? value : [value]
    return ids.filter((id): id is string => typeof id === 'string')
  } catch {
    return []
  }
}

function tell(state: ActivityState, bin: ActivityBin, report: (activity: Activity) => void): void {
  const { record, recent } = state
  state.recent = newRecent()
  const enforcement_ids = [...record.enforcement_ids]
  report({ ...record, enforcement_ids, ...copyOfBin(bin), ...recent })
}
