import type { Incident } from '#domain/records/index.ts'
import { parseTime } from '#domain/time.ts'
import type { IncidentRow } from '../incident-view.ts'

/** An incident of the evidence as a record; what nobody shows is as if there were none of it. */
export function incidentOf(row: IncidentRow): Incident {
  return {
    incident_id: row.incident_id,
    tenant_id: row.tenant_id,
    generation: 0,
    related_incident_ids: row.related_incident_ids,
    session_ids: row.session_ids,
    severity: row.severity,
    severity_reasons: row.severity_reasons,
    opened_at: parseTime(row.opened_at) ?? 0,
    updated_at: parseTime(row.updated_at) ?? 0,
    revision: 1,
    settled: row.settled,
    alert_ids: [],
    alerts_dropped: 0,
    layers: row.layers,
    title: row.title,
    summary: row.summary,
    agent_ids: row.agent_ids,
    user_ids: row.user_ids,
    server_ids: row.server_ids,
    injection_event_ids: row.injection_event_ids,
    attacker_event_ids: row.attacker_event_ids,
    data_touched: row.data_touched.map((one) => ({
      object: one.object,
      rows: Number(one.rows),
      bytes: Number(one.bytes),
      sensitive_types: one.sensitive_types,
    })),
    destinations: row.destinations,
    attributions: row.attributions,
    attribution_bases: row.attribution_bases,
    alert_hits: {},
    token_ids: row.token_ids,
  }
}
