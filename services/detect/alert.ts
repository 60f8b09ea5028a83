import { clientEnd } from '#domain/client-end.ts'
import { NO_ALERT_FACTS } from '#domain/facts.ts'
import { alertId } from '#domain/ids.ts'
import type {
  Alert,
  ApplicationEvent,
  DataEvent,
  Facts,
  Layer,
  ModelEvent,
  NetworkEvent,
  Observation,
} from '#domain/records/index.ts'
import type { Decision } from './decision.ts'
import type { Rule } from './pack/rule.ts'

const ENTITIES_MAX_COUNT = 16
const ENTITY_VALUE_MAX_LENGTH = 200
const ORIGINS_MAX_COUNT = 64
const FACT_LIST_MAX_COUNT = 64

/** Any record a rule may fire on. */
export type Judged = Observation | ApplicationEvent | DataEvent | NetworkEvent | ModelEvent

/** What a rule found in a record, and how it came to it. */
export type Finding = {
  rule: Rule
  record: Judged
  layer: Layer
  decision: Decision
  summary: string
  /** Why the call is said to follow an instruction, where that decided. */
  reasons: readonly string[]
  baselineEpoch: number | null
  /** What all hits of this alert have in common, where the rule is suppressed. */
  dedupKey: string | null
  packVersion: string
}

/** The alert of a finding. The same finding always gives the same alert. */
export function alertOf(finding: Finding): Alert {
  const { rule, record, layer, decision, dedupKey } = finding
  const eventIds = [record.event_id]
  const observation = 'observation_id' in record ? record : undefined
  return {
    alert_id: alertId(record.tenant_id, rule.id, rule.version, [dedupKey ?? record.event_id]),
    tenant_id: record.tenant_id,
    rule_id: rule.id,
    rule_name: rule.name,
    rule_version: rule.version,
    kind: decision.isStatistic ? 'statistic' : 'rule',
    source: null,
    layer,
    level: rule.level,
    occurred_at: record.occurred_at,
    detected_at: Math.max(record.occurred_at, record.collected_at),
    session_id: record.session_id,
    agent_id: record.agent_id,
    user_id: record.user_id,
    server_id: record.server_id,
    call_id: record.call_id,
    event_ids: eventIds,
    title: rule.title,
    summary: finding.summary,
    reasons: [...finding.reasons],
    claims: [...rule.claims],
    entities: entitiesOf(record),
    atlas: [...rule.atlas],
    owasp: [...rule.owasp],
    measures: [...decision.measures],
    origin_event_ids: observation === undefined ? [] : originsOf(observation),
    instruction_event_ids: [...(observation?.instruction_event_ids ?? [])],
    facts: observation === undefined ? NO_ALERT_FACTS : factsOf(observation),
    baseline_epoch: finding.baselineEpoch,
    evidence: null,
    late: record.late,
    pack_version: finding.packVersion,
    dedup_key: dedupKey,
    trace_id: record.trace_id,
    connection: clientEnd(record),
    revision: 1,
  }
}

function entitiesOf(record: Judged): string[] {
  const entities = [
    ...entity('agent', record.agent_id),
    ...entity('user', record.user_id),
    ...entity('server', record.server_id),
    ...entity('token', record.token_id),
  ]
  if ('model' in record) entities.push(...entity('model', record.model))
  if ('tool_name' in record) entities.push(...entity('tool', record.tool_name))
  if ('destination_host' in record) entities.push(...entity('destination', record.destination_host))
  if ('object_names' in record) {
    entities.push(...(record.object_names ?? []).flatMap((name) => entity('object', name)))
  }
  return [...new Set(entities)].slice(0, ENTITIES_MAX_COUNT)
}

function entity(type: string, value: string | null): string[] {
  if (value === null || value === '') return []
  return [`${type}:${value.slice(0, ENTITY_VALUE_MAX_LENGTH).toWellFormed()}`]
}

/** The events the call's values came from, those with the instruction first. */
function originsOf(observation: Observation): string[] {
  const ids = [...(observation.instruction_event_ids ?? [])]
  for (const [name, value] of Object.entries(observation.argument_origins)) {
    if (name.endsWith('.origin_event_id')) ids.push(value)
  }
  return [...new Set(ids)].slice(0, ORIGINS_MAX_COUNT)
}

function factsOf(observation: Observation): Facts {
  const objects = observation.objects_read ?? []
  const sensitiveTypes = new Set([
    ...observation.sensitive_types,
    ...objects.flatMap((object) => object.sensitive_types),
  ])
  return {
    rows: observation.rows_read ?? 0,
    bytes: observation.bytes_read ?? 0,
    bytes_out: observation.bytes_out ?? 0,
    objects: objects.slice(0, FACT_LIST_MAX_COUNT),
    destinations: (observation.destinations ?? []).slice(0, FACT_LIST_MAX_COUNT),
    sensitive_types: [...sensitiveTypes].sort().slice(0, FACT_LIST_MAX_COUNT),
  }
}
