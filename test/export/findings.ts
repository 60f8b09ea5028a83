import type { Alert, Case, Incident } from '#domain/records/index.ts'
import { detectionFinding } from '../../services/export/detection-finding.ts'
import type { OcsfEvent } from '../../services/export/ocsf.ts'

/** A dull alert. `differs` replaces what it names. */
export const anAlert = (differs: Partial<Alert> = {}): Alert => ({ ...DULL_ALERT, ...differs })

/** A dull incident with that alert. `differs` replaces what it names. */
export const anIncident = (differs: Partial<Incident> = {}): Incident => ({
  ...DULL_INCIDENT,
  ...differs,
})

/** The case of that incident, open. `differs` replaces what it names. */
export const aCase = (differs: Partial<Case> = {}): Case => ({ ...DULL_CASE, ...differs })

/** The event that creates an alert. */
export const ocsfEvent = (differs: Partial<Alert> = {}): OcsfEvent =>
  detectionFinding(anAlert(differs), { activityId: 1, hitCount: 1 })

const DULL_ALERT: Alert = {
  alert_id: 'a-1',
  tenant_id: 'acme',
  rule_id: 'r-1',
  rule_name: 'secret-left',
  rule_version: '1',
  kind: 'rule',
  source: null,
  layer: 'application',
  level: 'high',
  occurred_at: 1_000_000,
  detected_at: 2_000_000,
  session_id: 's-1',
  agent_id: 'helper',
  user_id: 'sam',
  server_id: 'files',
  call_id: 'c-1',
  event_ids: ['e-1'],
  title: 'A secret left',
  summary: 'A value read from files went to a host',
  claims: ['data_left'],
  entities: ['tool:fetch', 'destination:out.example.com'],
  atlas: ['AML.T0086'],
  owasp: ['MCP06'],
  measures: [],
  origin_event_ids: [],
  instruction_event_ids: [],
  facts: { rows: 0, bytes: 0, bytes_out: 0, objects: [], destinations: [], sensitive_types: [] },
  baseline_epoch: null,
  evidence: null,
  late: false,
  pack_version: 'p',
  dedup_key: null,
  revision: 1,
  reasons: [],
  trace_id: null,
  connection: null,
}

const DULL_INCIDENT: Incident = {
  incident_id: 'i-1',
  tenant_id: 'acme',
  generation: 1,
  related_incident_ids: [],
  session_ids: ['s-1'],
  severity: 'critical',
  severity_reasons: ['data left'],
  opened_at: 1_000_000,
  updated_at: 2_000_000,
  revision: 1,
  settled: false,
  alert_ids: ['a-1'],
  alerts_dropped: 0,
  layers: ['application'],
  title: 'Data left',
  summary: '',
  agent_ids: ['helper'],
  user_ids: ['sam'],
  server_ids: ['files'],
  injection_event_ids: [],
  attacker_event_ids: [],
  data_touched: [],
  destinations: ['out.example.com'],
  attributions: {},
  alert_hits: {},
  token_ids: [],
  attribution_bases: {},
}

const DULL_CASE: Case = {
  incident_id: 'i-1',
  tenant_id: 'acme',
  session_ids: ['s-1'],
  status: 'open',
  stage: null,
  detected_at: 2_000_000,
  triaged_at: null,
  contained_at: null,
  recovered_at: null,
  review_due_at: null,
  closed_at: null,
  blast_radius: [],
  decisions: [],
  playbook: null,
  playbook_version: null,
  revision: 1,
  severity: null,
  preserved_at: null,
  eradicated_at: null,
  stage_since_at: null,
  awaiting: [],
  containment: [],
  escalations: [],
}
