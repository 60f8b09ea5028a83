import type { Alert } from '#domain/records/index.ts'

/** What correlate keeps of an alert: enough to compose the incident, without its texts. */
export type KnownAlert = Pick<
  Alert,
  | 'alert_id'
  | 'rule_name'
  | 'title'
  | 'kind'
  | 'layer'
  | 'level'
  | 'occurred_at'
  | 'session_id'
  | 'agent_id'
  | 'user_id'
  | 'server_id'
  | 'call_id'
  | 'event_ids'
  | 'claims'
  | 'instruction_event_ids'
> & {
  destinations: string[]
  objects: Alert['facts']['objects']
}

const DESTINATION_PREFIX = 'destination:'
const OPENING_LEVELS = new Set<Alert['level']>(['medium', 'high', 'critical'])

/** What to remember of an alert. */
export function knownAlert(alert: Alert): KnownAlert {
  return {
    alert_id: alert.alert_id,
    rule_name: alert.rule_name,
    title: alert.title,
    kind: alert.kind,
    layer: alert.layer,
    level: alert.level,
    occurred_at: alert.occurred_at,
    session_id: alert.session_id,
    agent_id: alert.agent_id,
    user_id: alert.user_id,
    server_id: alert.server_id,
    call_id: alert.call_id,
    event_ids: alert.event_ids,
    claims: alert.claims,
    instruction_event_ids: alert.instruction_event_ids,
    destinations: alert.entities
      .filter((entity) => entity.startsWith(DESTINATION_PREFIX))
      .map((entity) => entity.slice(DESTINATION_PREFIX.length)),
    objects: alert.facts.objects,
  }
}

/** Whether an alert is grave enough to open an incident by itself. */
export function opensIncident(alert: KnownAlert): boolean {
  return OPENING_LEVELS.has(alert.level) || alert.claims.includes('injection_seen')
}

/** Event time first, then id: the order in which alerts count. */
export function compareAlerts(one: KnownAlert, other: KnownAlert): number {
  if (one.occurred_at !== other.occurred_at) return one.occurred_at - other.occurred_at
  return one.alert_id < other.alert_id ? -1 : Number(one.alert_id > other.alert_id)
}
