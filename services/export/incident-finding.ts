import { idOf } from '#domain/ids.ts'
import type { Case, Incident } from '#domain/records/index.ts'
import { observablesOf } from './observables.ts'
import {
  classified,
  metadataOf,
  milliseconds,
  type FindingInfo,
  type OcsfEvent,
  type Technique,
} from './ocsf.ts'

const SEVERITIES = { moderate: 3, high: 4, critical: 5 } as const
const PRIORITIES = {
  moderate: { priority_id: 2, priority: 'Medium' },
  high: { priority_id: 3, priority: 'High' },
  critical: { priority_id: 4, priority: 'Critical' },
} as const
const NEW = { status_id: 1, status: 'New' } as const
const IN_PROGRESS = { status_id: 2, status: 'In Progress' } as const
const CLOSED = { status_id: 5, status: 'Closed' } as const
const STATUSES: Record<Case['status'], { status_id: number; status: string }> = {
  open: NEW,
  triaged: IN_PROGRESS,
  contained: IN_PROGRESS,
  eradicated: IN_PROGRESS,
  recovering: IN_PROGRESS,
  closed: CLOSED,
  false_positive: CLOSED,
}
const SUSPICIOUS = { verdict_id: 4, verdict: 'Suspicious' } as const
const VERDICTS: Partial<Record<Case['status'], { verdict_id: number; verdict: string }>> = {
  closed: { verdict_id: 2, verdict: 'True Positive' },
  false_positive: { verdict_id: 1, verdict: 'False Positive' },
}

/** An incident, what is done about it, and what is known of its alerts, as it lists them. */
export type JoinedIncident = {
  incident: Incident
  /** Undefined: nothing has been done yet. */
  found: Case | undefined
  findings: readonly FindingInfo[]
  /** Whether no event told of it before. */
  isFirst: boolean
  /** Who has to look at it; OCSF asks for someone. */
  assignee: string
}

/** An incident joined with its case as an Incident Finding. Equal parts give equal events. */
export function incidentFinding(joined: JoinedIncident): OcsfEvent {
  const { incident, found, findings, assignee } = joined
  const { severity, incident_id } = incident
  const isClosed = found?.status === 'closed' || found?.status === 'false_positive'
  const activityId = isClosed ? 3 : joined.isFirst ? 1 : 2
  const attacks = distinctAttacks(findings)
  const observables = observablesOf([
    ...told('unmapped.tocsin.destinations', 'Hostname', incident.destinations),
    ...told('unmapped.tocsin.user_ids', 'User Name', incident.user_ids),
    ...told('unmapped.tocsin.agent_ids', 'Resource UID', incident.agent_ids),
    ...told('unmapped.tocsin.server_ids', 'Resource UID', incident.server_ids),
  ])
  return {
    ...classified(2005, activityId, SEVERITIES[severity]),
    ...(found === undefined ? NEW : STATUSES[found.status]),
    ...PRIORITIES[severity],
    ...((found && VERDICTS[found.status]) ?? SUSPICIOUS),
    time: milliseconds(timeOf(incident, found)),
    start_time: milliseconds(incident.opened_at),
    end_time: milliseconds(incident.updated_at),
    message: incident.title,
    desc: incident.summary === '' ? incident.title : incident.summary,
    count: incident.alert_ids.length + incident.alerts_dropped,
    is_suspected_breach: severity === 'critical',
    assignee_group: { name: assignee },
    ...(attacks.length > 0 && { attacks }),
    finding_info_list: findings.length > 0 ? [...findings] : [{ uid: incident_id }],
    ...(observables.length > 0 && { observables }),
    metadata: metadataOf(
      {
        uid: activityId === 1 ? incident_id : updateUid(joined),
        correlation_uid: incident_id,
        tenant_uid: incident.tenant_id,
        sequence: incident.revision + (found?.revision ?? 0),
      },
      ['incident'],
    ),
    unmapped: { tocsin: ownFacts(incident, found) },
  }
}

function told(path: string, type: 'Hostname' | 'User Name' | 'Resource UID', values: string[]) {
  return values.map((value, index) => ({ path: `${path}[${index}]`, type, value }))
}

/** Event time: of the finding, or of what was done last. */
function timeOf(incident: Incident, found: Case | undefined): number {
  const times = [found?.closed_at, found?.recovered_at, found?.contained_at, found?.triaged_at]
  return Math.max(incident.updated_at, ...times.map((time) => time ?? 0))
}

/** Another for each state told; what is known of the alerts counts, since it may come later. */
function updateUid({ incident, found, findings }: JoinedIncident): string {
  const { tenant_id, incident_id, revision } = incident
  const knownCount = findings.filter((finding) => finding.title !== undefined).length
  const parts = [revision, found?.revision ?? 0, knownCount].map(String)
  return idOf('ocsf', tenant_id, incident_id, ...parts)
}

function distinctAttacks(findings: readonly FindingInfo[]): Technique[] {
  const byId = new Map<string, Technique>()
  for (const { attacks = [] } of findings)
    for (const attack of attacks)
      byId.set(attack.sub_technique?.uid ?? attack.technique.uid, attack)
  return [...byId.keys()].sort().flatMap((id) => byId.get(id) ?? [])
}

function ownFacts(incident: Incident, found: Case | undefined): Record<string, unknown> {
  return {
    incident_id: incident.incident_id,
    severity: incident.severity,
    severity_reasons: incident.severity_reasons,
    settled: incident.settled,
    session_ids: incident.session_ids,
    layers: incident.layers,
    agent_ids: incident.agent_ids,
    user_ids: incident.user_ids,
    server_ids: incident.server_ids,
    destinations: incident.destinations,
    injection_event_ids: incident.injection_event_ids,
    attacker_event_ids: incident.attacker_event_ids,
    data_touched: incident.data_touched,
    related_incident_ids: incident.related_incident_ids,
    ...(found !== undefined && {
      case: {
        status: found.status,
        stage: found.stage,
        playbook: found.playbook,
        containment: found.containment,
        awaiting: found.awaiting,
      },
    }),
  }
}
