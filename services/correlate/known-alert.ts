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
  | 'revision'
  | 'trace_id'
  | 'connection'
> & {
  /** How many events it stands for; `event_ids` may name fewer. */
  hits: number
  destinations: string[]
  tokens: string[]
  objects: Alert['facts']['objects']
}

const EVENT_IDS_MAX_COUNT = 256
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
    revision: alert.revision,
    trace_id: alert.trace_id,
    connection: alert.connection,
    hits: alert.kind === 'sequence' ? 1 : alert.event_ids.length,
    destinations: entitiesOf(alert, 'destination'),
    tokens: entitiesOf(alert, 'token'),
    objects: alert.facts.objects,
  }
}

function entitiesOf({ entities }: Alert, type: string): string[] {
  const prefix = `${type}:`
  return entities.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length))
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

/**
 * What two alerts of one id come to: the higher revision alone; else, hits of a suppressed rule,
 * the earlier with the events, objects and destinations of both. Undefined where nothing is new.
 */
export function mergedAlert(known: KnownAlert, alert: KnownAlert): KnownAlert | undefined {
  if (alert.revision !== known.revision) {
    return alert.revision > known.revision ? alert : undefined
  }
  const news = alert.event_ids.filter((eventId) => !known.event_ids.includes(eventId))
  if (news.length === 0) return undefined
  const first = compareEvents(known, alert) <= 0 ? known : alert
  const eventIds = [...known.event_ids, ...news].sort()
  return {
    ...first,
    event_ids: eventIds.slice(0, EVENT_IDS_MAX_COUNT),
    hits: known.hits + news.length,
    instruction_event_ids: union(known.instruction_event_ids, alert.instruction_event_ids),
    destinations: union(known.destinations, alert.destinations),
    tokens: union(known.tokens, alert.tokens),
    objects: [...known.objects, ...alert.objects],
  }
}

function compareEvents(one: KnownAlert, other: KnownAlert): number {
  if (one.occurred_at !== other.occurred_at) return one.occurred_at - other.occurred_at
  return (one.event_ids[0] ?? '') < (other.event_ids[0] ?? '') ? -1 : 1
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].sort()
}

/** Alerts with one more, merged with its like; undefined where it says nothing new. */
export function withAlert(
  alerts: readonly KnownAlert[],
  alert: KnownAlert,
): { alerts: KnownAlert[]; added: KnownAlert } | undefined {
  const known = alerts.find((other) => other.alert_id === alert.alert_id)
  const added = known === undefined ? alert : mergedAlert(known, alert)
  if (added === undefined) return undefined
  return { alerts: [...alerts.filter((other) => other !== known), added], added }
}
