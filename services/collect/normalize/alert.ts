import { compileJsonForm, type JsonFormReason } from '#domain/json-form.ts'
import type { Alert } from '#domain/records/index.ts'
import type { SchemaName } from '#domain/topics.ts'
import { externalAlert } from './external.ts'
import { refuse, type Reason, type Refusal } from './reject.ts'

/** Reads one finding of another system, as parsed JSON. Never throws. */
export type NormalizeAlert = (json: unknown, nowUs: number) => { ok: true; alert: Alert } | Refusal

/**
 * Compiles the way from another system's finding to an alert of kind `external`. It must say
 * `tenant_id`, `source`, `level`, `title`, `summary`, and `session_id` or `entities`. It claims an
 * anomaly and nothing more, whatever it says, so it never decides a severity alone.
 */
export function compileAlertNormalizer(schemas: ReadonlyMap<SchemaName, object>): NormalizeAlert {
  const schema = schemas.get('alerts.v1')
  if (schema === undefined) throw new TypeError('the schema of alerts is missing')
  const form = compileJsonForm<Finding>(schema, { mayLack: MAY_LACK, ignores: OURS })
  return (json, nowUs) => {
    const read = form.fromJson(json)
    const object = typeof json === 'object' && json !== null ? { ...json } : {}
    if (!read.ok) return refuse(reasonOf(read.reason, read.field), read.field, object)
    const finding = read.value
    for (const name of NEVER_EMPTY)
      if (finding[name] === null || finding[name] === '')
        return refuse('MISSING_FIELD', name, object)
    const beyond = beyondLimit(finding)
    if (beyond !== undefined) return refuse('OUT_OF_RANGE', beyond, object)
    if (finding.entities?.some((entity) => !ENTITY.test(entity)) === true)
      return refuse('WRONG_TYPE', 'entities', object)
    if (sessionOf(finding) === undefined) return refuse('MISSING_FIELD', 'session_id', object)
    return { ok: true, alert: alertOf(finding, nowUs) }
  }
}

/** A finding as its poster wrote it: what may be absent is null. */
type Finding = { [Name in keyof Alert]: Name extends Required ? Alert[Name] : Alert[Name] | null }
type Required = 'tenant_id' | 'level' | 'title' | 'summary' | 'late'

const NEVER_EMPTY = ['tenant_id', 'source', 'title', 'summary'] as const
/** Fields the poster does not decide: they are not even read. */
const OURS = ['kind', 'claims', 'facts', 'evidence', 'baseline_epoch', 'detected_at', 'late']
const MAY_LACK = [
  ...OURS,
  'alert_id',
  'rule_id',
  'rule_name',
  'rule_version',
  'layer',
  'occurred_at',
  'session_id',
  'event_ids',
  'entities',
  'atlas',
  'owasp',
  'measures',
  'origin_event_ids',
]
const ENTITY = /^[a-z][a-z_]{0,63}:[^]+$/
const TEXT_LIMITS = { title: 500, summary: 4_000, source: 200, rule_id: 500, rule_name: 500 }
const LIST_MAX_COUNT = 1_000
const LISTS = ['event_ids', 'entities', 'atlas', 'owasp', 'measures', 'origin_event_ids'] as const

function beyondLimit(finding: Finding): string | undefined {
  for (const [name, limit] of Object.entries(TEXT_LIMITS)) {
    const text = finding[name as keyof typeof TEXT_LIMITS]
    if (text !== null && text.length > limit) return name
  }
  return LISTS.find((name) => (finding[name]?.length ?? 0) > LIST_MAX_COUNT)
}

/** Where the finding belongs: what it says itself, else the session or server it names. */
function sessionOf(finding: Finding): string | undefined {
  if (finding.session_id !== null && finding.session_id !== '') return finding.session_id
  const session = entityOf(finding, 'session:')
  if (session !== undefined) return session
  const server = finding.server_id ?? entityOf(finding, 'server:')
  if (server !== undefined) return `server:${server}`
  return (finding.entities?.length ?? 0) > 0 ? `server:${finding.source ?? ''}` : undefined
}

function entityOf(finding: Finding, prefix: string): string | undefined {
  return finding.entities?.find((entity) => entity.startsWith(prefix))?.slice(prefix.length)
}

function alertOf(finding: Finding, nowUs: number): Alert {
  const source = finding.source ?? ''
  const occurredAtUs = finding.occurred_at ?? nowUs
  const ruleId = finding.rule_id ?? `external:${source}`
  const alert = externalAlert({
    tenantId: finding.tenant_id,
    source,
    ruleId,
    sessionId: sessionOf(finding) ?? '',
    level: finding.level,
    title: finding.title,
    summary: finding.summary,
    occurredAtUs,
    entities: finding.entities ?? [],
    eventIds: finding.event_ids ?? [],
    findingId: finding.alert_id,
  })
  return {
    ...alert,
    rule_name: finding.rule_name ?? ruleId,
    rule_version: finding.rule_version ?? alert.rule_version,
    layer: finding.layer ?? alert.layer,
    agent_id: finding.agent_id,
    user_id: finding.user_id,
    server_id: finding.server_id,
    call_id: finding.call_id,
    atlas: finding.atlas ?? [],
    owasp: finding.owasp ?? [],
    measures: finding.measures ?? [],
    origin_event_ids: finding.origin_event_ids ?? [],
  }
}

function reasonOf(reason: JsonFormReason, field: string): Reason {
  return reason === 'BAD_ENUM' && field === 'layer' ? 'UNKNOWN_LAYER' : reason
}
