import { idOf } from '#domain/ids.ts'
import type { Alert, Disposition } from '#domain/records/index.ts'
import { attacksOf } from './attacks.ts'
import { entitiesOf, evidenceOf } from './evidence.ts'
import { anomalyAnalysesOf } from './anomalies.ts'
import { observablesOf } from './observables.ts'
import {
  classified,
  metadataOf,
  milliseconds,
  type ActivityId,
  type FindingInfo,
  type OcsfEvent,
  type SeverityId,
} from './ocsf.ts'

const SEVERITIES = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const
const ANALYTICS = {
  rule: { type_id: 1, type: 'Rule' },
  statistic: { type_id: 3, type: 'Statistical' },
  sequence: { type_id: 2, type: 'Behavioral' },
  external: { type_id: 99, type: 'External' },
} as const
const NEW = { status_id: 1, status: 'New' } as const
const RESOLVED = { status_id: 4, status: 'Resolved' } as const
const SUPPRESSED = { status_id: 3, status: 'Suppressed' } as const

/** What is known of an alert beside itself. `hitCount`: how often it was raised so far, from 1. */
export type AlertStanding = { activityId: ActivityId; hitCount: number }

/** An alert as a Detection Finding: equal alerts of equal standing give equal events. */
export function detectionFinding(alert: Alert, standing: AlertStanding): OcsfEvent {
  const { activityId, hitCount } = standing
  const entities = entitiesOf(alert)
  const info = findingInfo(alert)
  const evidences = evidenceOf(alert, entities)
  const observables = observablesOf([
    ...entities.destinations.map((value, index) => ({
      path: index === 0 ? 'evidences[0].dst_endpoint.hostname' : 'unmapped.tocsin.destinations',
      type: 'Hostname' as const,
      value,
    })),
    { path: 'evidences[0].actor.user.uid', type: 'User Name', value: alert.user_id },
    { path: 'evidences[0].actor.app_uid', type: 'Resource UID', value: alert.agent_id },
    { path: 'evidences[0].api.service.uid', type: 'Resource UID', value: alert.server_id },
  ])
  const analyses = anomalyAnalysesOf(alert)
  return {
    ...classified(2004, activityId, severityOf(alert)),
    ...NEW,
    time: milliseconds(alert.detected_at),
    is_alert: true,
    message: alert.summary === '' ? alert.title : alert.summary,
    start_time: milliseconds(alert.occurred_at),
    count: hitCount,
    metadata: metadataOf(
      {
        uid: activityId === 1 ? alert.alert_id : updateUid(alert, hitCount),
        correlation_uid: alert.session_id,
        tenant_uid: alert.tenant_id,
        sequence: alert.revision,
      },
      [],
    ),
    finding_info: {
      ...info,
      related_events: alert.event_ids.map((uid) => ({ uid })),
      related_events_count: alert.event_ids.length,
    },
    evidences,
    ...(observables.length > 0 && { observables }),
    ...(analyses.length > 0 && { anomaly_analyses: analyses }),
    unmapped: { tocsin: ownFacts(alert, entities.destinations) },
  }
}

/** What is kept of an alert once it has been told. */
export type KnownFinding = {
  info: FindingInfo
  tenantId: string
  sessionId: string
  severityId: SeverityId
  /** How often it was raised. */
  hitCount: number
}

/** An alert as it is kept: what its incident and its close say of it. */
export function knownFinding(alert: Alert, hitCount: number): KnownFinding {
  const { rule_name, rule_id, kind } = alert
  const attacks = attacksOf(alert.atlas)
  return {
    info: {
      uid: alert.alert_id,
      title: alert.title,
      analytic: { ...ANALYTICS[kind], name: rule_name, uid: rule_id },
      ...(attacks.length > 0 && { attacks }),
    },
    tenantId: alert.tenant_id,
    sessionId: alert.session_id,
    severityId: severityOf(alert),
    hitCount,
  }
}

/** The close of an alert that an analyst judged. */
export function closedFinding(known: KnownFinding, disposition: Disposition): OcsfEvent {
  const { info, tenantId, sessionId, severityId, hitCount } = known
  const { verdict, note, decided_at } = disposition
  return {
    ...classified(2004, 3, severityId),
    ...(verdict === 'false_positive' ? SUPPRESSED : RESOLVED),
    status_detail: verdict,
    ...(note !== null && note !== '' && { comment: note }),
    time: milliseconds(decided_at),
    is_alert: true,
    message: info.title ?? info.uid,
    count: hitCount,
    metadata: metadataOf(
      {
        uid: idOf('ocsf', tenantId, info.uid, verdict, String(decided_at)),
        correlation_uid: sessionId,
        tenant_uid: tenantId,
        sequence: hitCount + 1,
      },
      [],
    ),
    finding_info: info,
  }
}

function findingInfo(alert: Alert): FindingInfo {
  const { owasp, rule_name, rule_id, rule_version, source } = alert
  const analytic = { ...ANALYTICS[alert.kind], name: rule_name, uid: rule_id }
  const attacks = attacksOf(alert.atlas)
  return {
    uid: alert.alert_id,
    title: alert.title,
    ...(alert.summary !== '' && { desc: alert.summary }),
    created_time: milliseconds(alert.detected_at),
    first_seen_time: milliseconds(alert.occurred_at),
    types: [...alert.claims],
    data_sources: [source ?? `events.${alert.layer}.v1`],
    analytic: { ...analytic, version: rule_version },
    ...(attacks.length > 0 && { attacks }),
    ...(owasp.length > 0 && { tags: [{ name: 'owasp', values: [...owasp] }] }),
  }
}

/** The severity of an alert, from its level. */
function severityOf({ level }: Pick<Alert, 'level'>): SeverityId {
  return SEVERITIES[level]
}

function updateUid(alert: Alert, hitCount: number): string {
  const { tenant_id, alert_id, revision, event_ids } = alert
  return idOf('ocsf', tenant_id, alert_id, String(revision), String(hitCount), ...event_ids)
}

function ownFacts(alert: Alert, destinations: readonly string[]): Record<string, unknown> {
  const { layer, kind, reasons, facts, measures, origin_event_ids, instruction_event_ids } = alert
  return {
    layer,
    kind,
    late: alert.late,
    pack_version: alert.pack_version,
    ...(reasons.length > 0 && { reasons }),
    ...(measures.length > 0 && { measures }),
    ...(destinations.length > 0 && { destinations }),
    ...(origin_event_ids.length > 0 && { origin_event_ids }),
    ...(instruction_event_ids.length > 0 && { instruction_event_ids }),
    facts,
  }
}
