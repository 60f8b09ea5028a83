import { z } from 'zod'

import { DoorRefusal, type DoorReply, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import { idOf } from '#domain/ids.ts'
import type { Action } from '#domain/records/index.ts'
import type { Environment } from '#runtime/config.ts'
import { readResponders } from '../../respond/main.ts'
import { decisionName, decisionProblem } from '../../respond/decision.ts'
import { publishRecord } from '../publish-record.ts'
import type { World } from '../world.ts'

const TEXT_MAX_CHARS = 4_000
const VALUE_MAX_CHARS = 200_000
/** A person's clock may be this far from ours. */
const CLOCK_MAX_US = 300 * 1_000_000

const TEXT = z.string().min(1).max(TEXT_MAX_CHARS)
const BODY = z.strictObject({
  incident_id: z.string().regex(/^[0-9a-f]{32}$/),
  tenant_id: TEXT,
  occurred_at_us: z.number().int().positive(),
  requested_by: z.string().min(1).max(100),
  reason: z.string().max(TEXT_MAX_CHARS).nullable(),
  parameters: z.record(z.string().max(100), z.string().max(VALUE_MAX_CHARS)),
  nonce: z.string().min(8).max(100),
  signature: z.string().max(200).nullable(),
})

/** The body of `POST /v1/actions`: a person's decision. */
export type DecisionBody = z.infer<typeof BODY>

/** A decision as it stands on `actions`; undefined where the body is none. */
export function decisionOf(body: unknown): Action | undefined {
  const parsed = BODY.safeParse(body)
  if (!parsed.success) return undefined
  const { occurred_at_us, ...rest } = parsed.data
  return {
    ...rest,
    action_id: idOf('decision', rest.tenant_id, rest.incident_id, rest.nonce),
    occurred_at: occurred_at_us,
    kind: 'decision',
    phase: 'requested',
    scope: null,
    approved_by: null,
    outcome: null,
    expires_at: null,
    revision: 1,
    detail: null,
  }
}

/**
 * `POST /v1/actions`, for admins: a decision, signed where people have keys. 202: it is on the log;
 * what respond makes of it stands on `actions` under the same id.
 */
export function actionRoutes(
  world: World,
  environment: Environment,
  nowMs: () => number,
): DoorRoute[] {
  const { people } = readResponders(environment)
  return [
    {
      method: 'POST',
      path: '/v1/actions',
      roles: ['admin'],
      handle: async (asked): Promise<DoorReply> => {
        const decision = decisionOf(await bodyOf(asked))
        if (decision === undefined || decisionName(decision) === undefined)
          throw new DoorRefusal(400, 'BAD_REQUEST', 'The body is no decision')
        if (Math.abs(decision.occurred_at - nowMs() * 1000) > CLOCK_MAX_US)
          throw new DoorRefusal(400, 'BAD_REQUEST', 'The decision is not of now')
        const problem = decisionProblem(decision, people)
        if (problem !== undefined)
          throw new DoorRefusal(403, 'FORBIDDEN', `The decision is refused: ${problem}`)
        await publishRecord(world, 'actions.v1', decision.incident_id, decision)
        return { status: 202, json: { action_id: decision.action_id } }
      },
    },
  ]
}

async function bodyOf(request: DoorRequest): Promise<unknown> {
  try {
    return JSON.parse((await request.readBody()).toString('utf8'))
  } catch (error) {
    if (error instanceof DoorRefusal) throw error
    return undefined
  }
}
