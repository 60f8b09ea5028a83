import type { Alert, Case, Incident, Reject } from '#domain/records/index.ts'

/** What a finished run came to, each once, in no order. */
export type Findings = {
  alerts: Map<string, Alert>
  incidents: Map<string, Incident>
  cases: Map<string, Case>
  rejects: Map<string, Reject>
}

export function noFindings(): Findings {
  return { alerts: new Map(), incidents: new Map(), cases: new Map(), rejects: new Map() }
}

/** Alerts in the order of their file: by event time, then id. */
export function sortedAlerts(findings: Findings): Alert[] {
  return [...findings.alerts.values()].sort(
    (one, other) => one.occurred_at - other.occurred_at || compare(one.alert_id, other.alert_id),
  )
}

/** Incidents in the order of their file: by opening, then id. */
export function sortedIncidents(findings: Findings): Incident[] {
  return [...findings.incidents.values()].sort(
    (one, other) => one.opened_at - other.opened_at || compare(one.incident_id, other.incident_id),
  )
}

/** Rejects by position in the input. */
export function sortedRejects(findings: Findings): Reject[] {
  return [...findings.rejects.values()].sort(
    (one, other) =>
      compare(one.source, other.source) ||
      one.partition - other.partition ||
      one.position - other.position ||
      compare(one.reason, other.reason),
  )
}

/** Keeps the newest revision of what has revisions; a repeated record changes nothing. */
export function keepNewest<Value extends { revision: number }>(
  values: Map<string, Value>,
  id: string,
  value: Value,
): void {
  const known = values.get(id)
  if (known === undefined || known.revision < value.revision) values.set(id, value)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
