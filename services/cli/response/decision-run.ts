import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import type { Action } from '#domain/records/index.ts'
import type { Environment } from '#runtime/config.ts'
import { signDecision } from '../../respond/people.ts'
import { faultOf } from '../door-client.ts'
import { actOnPipeline } from '../log-owner.ts'
import { withOptions, type PlaceOptions } from '../options.ts'
import { publishRecord } from '../publish-record.ts'
import { decisionOf, type DecisionBody } from './actions-door.ts'

/** Who decides, and how they prove it. */
export type PersonOptions = PlaceOptions & { by?: string; key?: string; reason?: string }

/** What is decided about what. */
export type Decided = {
  tenantId: string
  incidentId: string
  parameters: Record<string, string>
}

const ANSWER_MAX_MS = 30_000
const POLL_MS = 200
const ANSWERED = `SELECT phase, outcome FROM actions
  WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
    AND action_id = {action_id:String} AND phase != 'requested'`

/**
 * Puts a person's decision where respond reads it, and waits a while for what becomes of it:
 * `applied`, or `undefined` where no answer stands in the evidence yet.
 *
 * @throws Fault BAD_USAGE without a person; REFUSED where the decision does not count.
 */
export async function sendDecision(
  decided: Decided,
  flags: PersonOptions,
  evidence: EvidenceStore | undefined,
): Promise<'applied' | undefined> {
  const environment = withOptions(process.env, flags)
  const decision = decisionBy(decided, flags, environment)
  await publish(environment, decision)
  if (evidence === undefined) return undefined
  const endsAtMs = Date.now() + ANSWER_MAX_MS
  while (Date.now() < endsAtMs) {
    const { tenant_id, incident_id, action_id } = decision
    const key = { tenant_id, incident_id, action_id }
    const [row] = await evidence.query<{ phase: string; outcome: string | null }>(ANSWERED, key)
    if (row?.phase === 'applied') return 'applied'
    if (row !== undefined) throw new Fault('REFUSED', `Refused: ${row.outcome ?? row.phase}`)
    await wait(POLL_MS)
  }
  return undefined
}

/** The decision, signed where a key is named. */
function decisionBy(decided: Decided, flags: PersonOptions, environment: Environment): Action {
  const person = flags.by ?? environment['TOCSIN_PERSON']
  if (person === undefined || person === '')
    throw new Fault('BAD_USAGE', 'Say who decides: --by NAME (TOCSIN_PERSON)')
  const body: DecisionBody = {
    incident_id: decided.incidentId,
    tenant_id: decided.tenantId,
    occurred_at_us: Date.now() * 1000,
    requested_by: person,
    reason: flags.reason ?? null,
    parameters: decided.parameters,
    nonce: randomUUID(),
    signature: null,
  }
  const decision = decisionOf(body)
  if (decision === undefined) throw new Fault('BAD_USAGE', 'The decision is longer than it may be')
  const path = flags.key ?? environment['TOCSIN_PERSON_KEY']
  return path === undefined ? decision : signDecision(decision, readKey(path))
}

function publish(environment: Environment, decision: Action): Promise<true> {
  return actOnPipeline<true>(environment, {
    throughDoor: async (door) => {
      const { occurred_at, incident_id, tenant_id, requested_by, reason } = decision
      const { parameters, nonce, signature } = decision
      const about = { incident_id, tenant_id, requested_by, reason, parameters, nonce, signature }
      const answer = await door('POST', '/v1/actions', { ...about, occurred_at_us: occurred_at })
      if (answer.status === 404) return undefined
      if (answer.status === 403) throw new Fault('REFUSED', faultOf(answer).message)
      if (answer.status !== 202) throw faultOf(answer)
      return true
    },
    onLog: async ({ world }) => {
      await publishRecord(world, 'actions.v1', decision.incident_id, decision)
      return true
    },
    makesLog: false,
  })
}

/** @throws Fault BAD_SETTINGS */
export function readKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new Fault('BAD_SETTINGS', `Cannot read the key ${path}`, { cause })
  }
  throw new Fault('BAD_SETTINGS', `${path} is no Ed25519 key`)
}
