import { idOf } from '#domain/ids.ts'
import type { Action } from '#domain/records/index.ts'
import { isAlive, type IncidentFacts, type TrackedAction } from './case-state.ts'
import { writeAction, type CaseWork } from './case-work.ts'
import { applyAction, newAction } from './containment.ts'
import { lift } from './restriction.ts'

const PEOPLE_NEEDED = 2
const PROVE_WITHIN_US = 30_000_000
const HOLD_TTL_US = 365 * 86_400_000_000

/** What stands for the incident where a server is switched off without one. */
export function killSwitchId(tenantId: string, serverId: string): string {
  return idOf('kill-switch', tenantId, serverId)
}

/** Facts of a kill switch: they name the server and nothing else. */
export function killSwitchFacts(
  tenantId: string,
  serverId: string,
  occurredAtUs: number,
): IncidentFacts {
  return {
    incident_id: killSwitchId(tenantId, serverId),
    tenant_id: tenantId,
    session_ids: [],
    severity: 'critical',
    severity_reasons: [],
    opened_at: occurredAtUs,
    updated_at: occurredAtUs,
    revision: 0,
    title: 'Kill switch',
    layers: [],
    agent_ids: [],
    user_ids: [],
    server_ids: [serverId],
    injection_event_ids: [],
    attacker_event_ids: [],
    data_touched: [],
    destinations: [],
    token_ids: [],
    alertCount: 0,
  }
}

/**
 * Switches a server off for everybody, or on again: when two people have asked for it. It ends by
 * two people alone.
 */
export function switchServer(
  work: CaseWork,
  decision: Action,
  person: string,
): 'BAD_PARAMETERS' | 'TWO_PEOPLE_NEEDED' | 'ALREADY_APPROVED' | 'NOT_POSSIBLE_NOW' | undefined {
  const { state, options } = work
  const { server, turn } = decision.parameters
  const isOurs = server !== undefined && state.facts.server_ids.includes(server)
  if (!state.isKillSwitch || !isOurs || (turn !== 'off' && turn !== 'on')) return 'BAD_PARAMETERS'
  if (options.people === undefined) return 'TWO_PEOPLE_NEEDED'
  const isOff = switchedOff(work) !== undefined
  if (isOff === (turn === 'off')) return 'NOT_POSSIBLE_NOW'
  const asked = askedFor(work, decision, `turn-server-${turn}`, server)
  if (asked.approvedBy.includes(person)) return 'ALREADY_APPROVED'
  asked.approvedBy.push(person)
  if (asked.approvedBy.length < PEOPLE_NEEDED) {
    writeAction(work, asked, 'planned')
    return undefined
  }
  writeAction(work, asked, 'approved')
  if (turn === 'off') {
    holdEvidence(work)
    applyAction(work, asked)
  } else {
    const off = switchedOff(work)
    if (off !== undefined) lift(work, off, 'undone', 'two people turned it on again')
    writeAction(work, asked, 'undone', { outcome: 'done' })
  }
  return undefined
}

/** The request that waits, or a new one. */
function askedFor(work: CaseWork, decision: Action, step: string, server: string): TrackedAction {
  const waiting = Object.values(work.state.actions).find(
    (one) => one.step === step && one.action.phase === 'planned',
  )
  if (waiting !== undefined) return waiting
  work.state.round += 1
  return newAction(
    work,
    {
      step,
      do: 'enforcement',
      approvals: PEOPLE_NEEDED,
      undo: false,
      why: decision.reason ?? 'Asked for by a person',
      restriction: 'refuse',
      prove_within: PROVE_WITHIN_US,
    },
    { kind: 'server', value: server },
    { isStanding: true },
  )
}

function switchedOff({ state }: CaseWork): TrackedAction | undefined {
  return Object.values(state.actions).find(
    (one) => one.step === 'turn-server-off' && isAlive(one) && one.appliedAtUs !== null,
  )
}

function holdEvidence(work: CaseWork): void {
  const hold = newAction(
    work,
    {
      step: 'hold-evidence',
      do: 'preserve',
      approvals: 0,
      undo: false,
      why: 'Evidence first',
      ttl: HOLD_TTL_US,
    },
    null,
  )
  if (work.state.actions[hold.action.action_id] === undefined) applyAction(work, hold)
}
