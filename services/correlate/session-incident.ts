import { idOf, incidentId } from '#domain/ids.ts'
import type { Case, Incident } from '#domain/records/index.ts'
import type { Basis } from './addresses.ts'
import { composeIncident } from './compose.ts'
import { compareAlerts, mergedAlert, type KnownAlert } from './known-alert.ts'

const SESSION_ALERTS_MAX_COUNT = 10_000
/** Up to this many alerts each one is told at once; beyond, only what changes the severity is. */
const EAGER_ALERTS_MAX_COUNT = 64

/** How an alert came here that names only a server, and how surely. */
export type Attribution = { basis: Basis; confidence: number }

/** What is known of one session's incident. */
export type SessionIncident = {
  tenant_id: string
  session_id: string
  generation: number
  /** In event-time order. */
  alerts: KnownAlert[]
  dropped_count: number
  /** Alerts of a server's address that were judged to belong here, and how surely. */
  attributions: Record<string, Attribution>
  related_incident_ids: string[]
  /** From when on the next alert opens a new incident; set when its case was closed. */
  closed_at: number | null
  emitted: { revision: number; fingerprint: string; opened_at: number; severity: string } | null
  /** What a predecessor told after the checkpoint of this state; null once it is outdone. */
  told_before: ToldBefore | null
  settled: boolean
}

type ToldBefore = { generation: number; revision: number; alerts_count: number; updated_at: number }

export function newSessionIncident(tenantId: string, sessionId: string): SessionIncident {
  return {
    tenant_id: tenantId,
    session_id: sessionId,
    generation: 0,
    alerts: [],
    dropped_count: 0,
    attributions: {},
    related_incident_ids: [],
    closed_at: null,
    emitted: null,
    told_before: null,
    settled: false,
  }
}

/** Takes an alert in, in its place; false where it says nothing new or there is no room. */
export function addAlert(session: SessionIncident, alert: KnownAlert): boolean {
  if (session.closed_at !== null && alert.occurred_at > session.closed_at) reopen(session)
  const place = session.alerts.findIndex((known) => known.alert_id === alert.alert_id)
  const known = session.alerts[place]
  if (known !== undefined) {
    const merged = mergedAlert(known, alert)
    if (merged === undefined) return false
    session.alerts.splice(place, 1)
    insert(session, merged)
    return true
  }
  if (session.alerts.length >= SESSION_ALERTS_MAX_COUNT) {
    session.dropped_count += 1
    return false
  }
  insert(session, alert)
  return true
}

function insert(session: SessionIncident, alert: KnownAlert): void {
  const after = session.alerts.findLastIndex((known) => compareAlerts(known, alert) < 0)
  session.alerts.splice(after + 1, 0, alert)
  session.settled = false
}

/** Says how an alert came here; false where that is known. */
export function noteAttribution(
  session: SessionIncident,
  alertId: string,
  { basis, confidence }: Attribution,
): boolean {
  const known = session.attributions[alertId]
  if (known?.basis === basis && known.confidence === confidence) return false
  session.attributions[alertId] = { basis, confidence }
  session.settled = false
  return true
}

/** Gives an alert up that turned out to be another session's; false where it was not here. */
export function removeAlert(session: SessionIncident, alertId: string): boolean {
  const place = session.alerts.findIndex((known) => known.alert_id === alertId)
  if (place < 0 || session.attributions[alertId] === undefined) return false
  session.alerts.splice(place, 1)
  delete session.attributions[alertId]
  session.settled = false
  return true
}

/**
 * Notes an incident as it stands on the log; false where this state is as new. What is told next
 * must be newer, or nobody hears it.
 */
export function noteTold(session: SessionIncident, told: Incident): boolean {
  const { generation, revision, alert_ids, alerts_dropped, updated_at } = told
  const known = [
    { generation: session.generation, revision: session.emitted?.revision ?? 0 },
    ...(session.told_before === null ? [] : [session.told_before]),
  ]
  const isKnown = known.some(
    (one) =>
      one.generation > generation || (one.generation === generation && one.revision >= revision),
  )
  if (isKnown) return false
  const alertsCount = alert_ids.length + alerts_dropped
  session.told_before = { generation, revision, alerts_count: alertsCount, updated_at }
  return true
}

/** A closed case ends this generation: the session's next alert opens the next one. */
export function noteCase(session: SessionIncident, closed: Case): void {
  const isOurs = closed.incident_id === currentIncidentId(session)
  const isEnd = closed.status === 'closed' || closed.status === 'false_positive'
  if (isOurs && isEnd) session.closed_at = closed.closed_at
}

export function currentIncidentId(session: SessionIncident): string {
  return incidentId(session.tenant_id, session.session_id, session.generation)
}

/**
 * The incident to tell, where it differs from what was told; undefined where nothing is new, or
 * where a predecessor told of more than is known again so far. With `isSettled` it is final: every
 * alert up to its last one and the horizon beyond is in.
 */
export function nextRevision(session: SessionIncident, isSettled: boolean): Incident | undefined {
  const composed = composeIncident({
    tenantId: session.tenant_id,
    sessionId: session.session_id,
    generation: session.generation,
    alerts: session.alerts,
    attributions: session.attributions,
    relatedIncidentIds: session.related_incident_ids,
  })
  if (composed === undefined) return undefined
  const { emitted } = session
  const before = session.told_before?.generation === session.generation ? session.told_before : null
  if (!isSettled && session.alerts.length < (before?.alerts_count ?? 0)) return undefined
  const isCrowded = session.alerts.length > EAGER_ALERTS_MAX_COUNT
  if (!isSettled && isCrowded && emitted?.severity === composed.severity) return undefined
  const fingerprint = idOf('fingerprint', JSON.stringify({ ...composed, isSettled }))
  session.settled = isSettled
  if (before === null && emitted?.fingerprint === fingerprint) return undefined
  const revision = Math.max(emitted?.revision ?? 0, before?.revision ?? 0) + 1
  if (before !== null) session.told_before = null
  const { opened_at, severity } = composed
  session.emitted = { revision, fingerprint, opened_at, severity }
  return { ...composed, revision, settled: isSettled }
}

function reopen(session: SessionIncident): void {
  session.related_incident_ids = [currentIncidentId(session)]
  session.generation += 1
  session.alerts = []
  session.attributions = {}
  session.closed_at = null
  session.emitted = null
}
