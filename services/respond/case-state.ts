import type { Action, Case, Enforcement, Incident } from '#domain/records/index.ts'
import type { Step } from './playbook.ts'

/** What respond keeps of an incident. */
export type IncidentFacts = Pick<
  Incident,
  | 'incident_id'
  | 'tenant_id'
  | 'session_ids'
  | 'severity'
  | 'severity_reasons'
  | 'opened_at'
  | 'updated_at'
  | 'revision'
  | 'title'
  | 'layers'
  | 'agent_ids'
  | 'user_ids'
  | 'server_ids'
  | 'injection_event_ids'
  | 'attacker_event_ids'
  | 'data_touched'
  | 'destinations'
  | 'token_ids'
> & { alertCount: number }

/** What a restriction is about. */
export type Scope = { kind: Enforcement['scope_kind']; value: string }

/** One action of a case, as it was last written and what decides about it. */
export type TrackedAction = {
  action: Action
  step: string
  kind: Step['do']
  scope: Scope | null
  restriction: Enforcement['restriction'] | null
  toolNames: string[]
  shingles: string[]
  ttlUs: number | null
  proveWithinUs: number | null
  approvalsNeeded: number
  approvedBy: string[]
  onIneffective: Omit<Step, 'on_ineffective'>[]
  /** It outlives the case: a mitigation, a kill switch. */
  isStanding: boolean
  /** Something stronger has taken its place. */
  isReplaced: boolean
  isUndoable: boolean
  appliedAtUs: number | null
  /** When a tap said that it obeys. */
  acknowledgedAtUs: number | null
  /** When one said so that carries what the restriction is about. */
  carrierAtUs: number | null
  /** When something that it forbids was last seen to be permitted. */
  aroundAtUs: number | null
  /** Calls since then that activity tells nothing of but their number. */
  unseenCount: number
  /** By session, server and layer: how much was permitted when last looked at, or acknowledged. */
  permitted: Record<string, number>
}

/** Everything respond knows of one case; JSON, kept in its changelog. */
export type CaseState = {
  facts: IncidentFacts
  /** No incident but a decision about a server: it has actions and no case. */
  isKillSwitch: boolean
  status: Case['status']
  /** The gravest severity contained; it falls only by a person. */
  severity: IncidentFacts['severity']
  /** The finding a person looked at and rated lower: only a graver one raises it again. */
  ratedDownFrom: IncidentFacts['severity'] | null
  stage: Case['stage']
  stageSinceUs: number | null
  gateApprovals: string[]
  /** When a person or an outcome last changed what a gate may depend on. */
  gateChangedAtUs: number
  /** Grows with each falling back from recovery. */
  round: number
  /** The round whose containment the clock shows: a graver severity is contained anew. */
  clockRound: number
  triagedAtUs: number | null
  preservedAtUs: number | null
  containedAtUs: number | null
  eradicatedAtUs: number | null
  recoveredAtUs: number | null
  reviewedAtUs: number | null
  closedAtUs: number | null
  actions: Record<string, TrackedAction>
  /** Restrictions as last published, by id. */
  enforcements: Record<string, Enforcement>
  decisions: string[]
  escalations: string[]
  nonces: string[]
  isReviewAlarmGiven: boolean
  isReviewOverdueTold: boolean
  /** The case as last told. */
  told: { revision: number; fingerprint: string } | null
}

const DECISIONS_MAX_COUNT = 1_000

/** A case nobody has looked at. */
export function newCase(facts: IncidentFacts, isKillSwitch = false): CaseState {
  return {
    facts,
    isKillSwitch,
    status: 'open',
    severity: facts.severity,
    ratedDownFrom: null,
    stage: null,
    stageSinceUs: null,
    gateApprovals: [],
    gateChangedAtUs: 0,
    round: 0,
    clockRound: 0,
    triagedAtUs: null,
    preservedAtUs: null,
    containedAtUs: null,
    eradicatedAtUs: null,
    recoveredAtUs: null,
    reviewedAtUs: null,
    closedAtUs: null,
    actions: {},
    enforcements: {},
    decisions: [],
    escalations: [],
    nonces: [],
    isReviewAlarmGiven: false,
    isReviewOverdueTold: false,
    told: null,
  }
}

/** What to keep of an incident. */
export function factsOf(incident: Incident): IncidentFacts {
  const { alert_ids: alertIds, alerts_dropped: droppedCount } = incident
  return {
    incident_id: incident.incident_id,
    tenant_id: incident.tenant_id,
    session_ids: incident.session_ids,
    severity: incident.severity,
    severity_reasons: incident.severity_reasons,
    opened_at: incident.opened_at,
    updated_at: incident.updated_at,
    revision: incident.revision,
    title: incident.title,
    layers: incident.layers,
    agent_ids: incident.agent_ids,
    user_ids: incident.user_ids,
    server_ids: incident.server_ids,
    injection_event_ids: incident.injection_event_ids,
    attacker_event_ids: incident.attacker_event_ids,
    data_touched: incident.data_touched,
    destinations: incident.destinations,
    token_ids: incident.token_ids,
    alertCount: alertIds.length + droppedCount,
  }
}

/** Whether nothing more is to be decided about a case. */
export function isClosed(state: CaseState): boolean {
  return state.status === 'closed' || state.status === 'false_positive'
}

/** Restrictions of a case that hold now; standing ones are not the case's. */
export function restrictionsInForce(state: CaseState): Enforcement[] {
  return Object.values(state.enforcements).filter(
    (one) => one.restriction !== 'none' && one.incident_id !== null,
  )
}

/** Whether an action still does something, or may. */
export function isAlive(tracked: TrackedAction): boolean {
  return ALIVE.has(tracked.action.phase)
}

const ALIVE = new Set<Action['phase']>([
  'requested',
  'planned',
  'approved',
  'applied',
  'proven',
  'unproven',
  'ineffective',
])

/** Adds a line to what people decided, the oldest leaving where there are too many. */
export function noteDecision(state: CaseState, line: string): void {
  state.decisions = [...state.decisions, line].slice(-DECISIONS_MAX_COUNT)
}
