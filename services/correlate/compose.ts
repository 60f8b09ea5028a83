import { incidentId } from '#domain/ids.ts'
import type { Incident, TouchedObject } from '#domain/records/index.ts'
import { opensIncident, type KnownAlert } from './known-alert.ts'
import type { Attribution } from './session-incident.ts'
import { distinct, judge } from './severity.ts'
import { summaryOf, titleOf } from './wording.ts'

const ALERT_IDS_MAX_COUNT = 1_000
const TOKENS_MAX_COUNT = 64
const OBJECTS_MAX_COUNT = 100

/** Everything an incident is made from. `alerts` are in event-time order, at least one opens. */
export type IncidentParts = {
  tenantId: string
  sessionId: string
  generation: number
  alerts: readonly KnownAlert[]
  attributions: Record<string, Attribution>
  relatedIncidentIds: readonly string[]
}

export type ComposedIncident = Omit<Incident, 'revision' | 'settled'>

/**
 * The incident that a set of alerts comes to: the same for the same set, in whatever order and
 * pieces it became known. Undefined where none of them opens one.
 */
export function composeIncident(parts: IncidentParts): ComposedIncident | undefined {
  const { tenantId, sessionId, generation, alerts } = parts
  const first = alerts.find(opensIncident)
  const last = alerts.at(-1)
  if (first === undefined || last === undefined) return undefined
  const verdict = judge(alerts)
  const present = (values: readonly (string | null)[]): string[] =>
    distinct(values.filter((value) => value !== null))
  const layers = distinct(alerts.map((alert) => alert.layer))
  const touched = touchedObjects(alerts)
  const destinations = distinct(alerts.flatMap((alert) => alert.destinations))
  return {
    incident_id: incidentId(tenantId, sessionId, generation),
    tenant_id: tenantId,
    generation,
    related_incident_ids: [...parts.relatedIncidentIds].sort(),
    session_ids: [sessionId],
    severity: verdict.severity,
    severity_reasons: verdict.reasons,
    opened_at: first.occurred_at,
    updated_at: last.occurred_at,
    alert_ids: alerts
      .slice(0, ALERT_IDS_MAX_COUNT)
      .map((alert) => alert.alert_id)
      .sort(),
    alerts_dropped: Math.max(0, alerts.length - ALERT_IDS_MAX_COUNT),
    layers,
    title: titleOf(verdict, alerts),
    summary: summaryOf({ verdict, alertCount: alerts.length, layers, touched, destinations }),
    agent_ids: present(alerts.map((alert) => alert.agent_id)),
    user_ids: present(alerts.map((alert) => alert.user_id)),
    server_ids: present(alerts.map((alert) => alert.server_id)),
    injection_event_ids: verdict.injectionEventIds,
    attacker_event_ids: verdict.attackerEventIds,
    data_touched: touched,
    destinations,
    attributions: sortedByKey(parts.attributions, ({ confidence }) => confidence),
    attribution_bases: sortedByKey(parts.attributions, ({ basis }) => basis),
    alert_hits: sortedByKey(hitsOf(alerts), (hits) => hits),
    token_ids: distinct(alerts.flatMap((alert) => alert.tokens)).slice(0, TOKENS_MAX_COUNT),
  }
}

function hitsOf(alerts: readonly KnownAlert[]): Record<string, number> {
  const several = alerts.filter(({ hits }) => hits > 1).slice(0, ALERT_IDS_MAX_COUNT)
  return Object.fromEntries(several.map(({ alert_id, hits }) => [alert_id, hits]))
}

function sortedByKey<From, To>(
  record: Record<string, From>,
  valueOf: (from: From) => To,
): Record<string, To> {
  const entries = Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, from]) => [key, valueOf(from)]))
}

/** Running totals grow within a session, so each object's largest is its latest. */
function touchedObjects(alerts: readonly KnownAlert[]): TouchedObject[] {
  const byObject = new Map<string, TouchedObject>()
  for (const alert of alerts)
    for (const touched of alert.objects) {
      const known = byObject.get(touched.object)
      byObject.set(touched.object, {
        object: touched.object,
        rows: Math.max(known?.rows ?? 0, touched.rows),
        bytes: Math.max(known?.bytes ?? 0, touched.bytes),
        sensitive_types: distinct([...(known?.sensitive_types ?? []), ...touched.sensitive_types]),
      })
    }
  return [...byObject.values()]
    .sort((one, other) => (one.object < other.object ? -1 : 1))
    .slice(0, OBJECTS_MAX_COUNT)
}
