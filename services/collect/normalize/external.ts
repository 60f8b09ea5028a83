import { NO_ALERT_FACTS } from '#domain/facts.ts'
import { idOf } from '#domain/ids.ts'
import type { Alert, Level } from '#domain/records/index.ts'

/** What an alert of kind `external` is about. */
export type ExternalFinding = {
  tenantId: string
  source: string
  ruleId: string
  sessionId: string
  level: Level
  title: string
  summary: string
  occurredAtUs: number
  entities: readonly string[]
  eventIds: readonly string[]
  /** The finding's name where it was made; null: it is known by what it says. */
  findingId: string | null
}

/**
 * An alert of kind `external` that claims an anomaly. Its id is of a kind of its own, so no poster
 * can name, and so replace, an alert of ours; the same finding posted twice is one alert.
 */
export function externalAlert(finding: ExternalFinding): Alert {
  const entities = [...new Set(finding.entities)].sort()
  const eventIds = [...new Set(finding.eventIds)].sort()
  return {
    alert_id: alertIdOf(finding, entities, eventIds),
    tenant_id: finding.tenantId,
    rule_id: finding.ruleId,
    rule_name: finding.ruleId,
    rule_version: '1',
    kind: 'external',
    source: finding.source,
    layer: 'application',
    level: finding.level,
    occurred_at: finding.occurredAtUs,
    detected_at: finding.occurredAtUs,
    session_id: finding.sessionId,
    agent_id: null,
    user_id: null,
    server_id: null,
    call_id: null,
    event_ids: eventIds,
    title: finding.title,
    summary: finding.summary,
    claims: ['anomaly'],
    entities,
    atlas: [],
    owasp: [],
    measures: [],
    origin_event_ids: [],
    instruction_event_ids: [],
    facts: NO_ALERT_FACTS,
    baseline_epoch: null,
    evidence: null,
    late: false,
    pack_version: '',
    dedup_key: null,
    trace_id: null,
    connection: null,
    reasons: [],
    revision: 1,
  }
}

function alertIdOf(finding: ExternalFinding, entities: string[], eventIds: string[]): string {
  const { tenantId, source, findingId } = finding
  if (findingId !== null) return idOf('external-alert', tenantId, source, 'named', findingId)
  const { ruleId, sessionId, occurredAtUs, title, summary } = finding
  const words = [ruleId, sessionId, String(occurredAtUs), title, summary]
  const lists = [JSON.stringify(entities), JSON.stringify(eventIds)]
  return idOf('external-alert', tenantId, source, 'said', ...words, ...lists)
}
