import { z } from 'zod'

import { SECOND_US } from '#domain/time.ts'
import { isAlive, isClosed, type Scope, type TrackedAction } from './case-state.ts'
import type { CaseWork } from './case-work.ts'
import { applyAction, newAction } from './containment.ts'
import { isRestricted } from './restriction.ts'

const TTL_US = 7 * 86_400 * SECOND_US
const PROVE_WITHIN_US = 30 * SECOND_US
const TOKENS_MAX_COUNT = 16

const TOKEN_IDS = z.array(z.string().min(1).max(500)).max(100)

/**
 * Has the taps refuse the tokens that were to be revoked, whatever came of it: the authorization
 * server may not revoke, and who holds a token that carries its claims need not ask it.
 */
export function denyTokens(work: CaseWork, { kind, action, proveWithinUs }: TrackedAction): void {
  const { state } = work
  if (kind !== 'oauth-revocation' || isClosed(state) || state.preservedAtUs === null) return
  for (const value of tokenIdsOf(action.parameters['token_ids']).slice(0, TOKENS_MAX_COUNT)) {
    const scope: Scope = { kind: 'token', value }
    if (isRestricted(state, scope, 'refuse')) continue
    const step = {
      step: 'deny-revoked-token',
      do: 'enforcement',
      approvals: 0,
      undo: false,
      why: 'It was to be revoked; the taps refuse it whether or not it was',
      restriction: 'refuse',
      ttl: TTL_US,
      prove_within: proveWithinUs ?? PROVE_WITHIN_US,
    } as const
    const denial = newAction(work, step, scope)
    const known = state.actions[denial.action.action_id]
    if (known === undefined || !isAlive(known)) applyDenial(work, denial, known)
  }
}

function applyDenial(
  work: CaseWork,
  denial: TrackedAction,
  known: TrackedAction | undefined,
): void {
  if (known !== undefined) denial.action.revision = known.action.revision
  applyAction(work, denial)
}

function tokenIdsOf(json: string | undefined): string[] {
  if (json === undefined) return []
  try {
    return TOKEN_IDS.parse(JSON.parse(json))
  } catch {
    return []
  }
}
