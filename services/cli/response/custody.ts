import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'

import { z } from 'zod'

import { DoorRefusal, type DoorReply, type DoorRoute } from '#domain/door.ts'
import { Fault } from '#domain/fault.ts'
import { idOf } from '#domain/ids.ts'
import type { Action } from '#domain/records/index.ts'
import type { Environment } from '#runtime/config.ts'
import { faultOf } from '../door-client.ts'
import { actOnPipeline } from '../log-owner.ts'
import { publishRecord } from '../publish-record.ts'
import type { World } from '../world.ts'

const PATH = '/v1/views'
const TEXT = z.string().min(1).max(200)
const BODY = z.strictObject({
  tenant_id: TEXT,
  incident_id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Who looked, by the name they gave or their system's. */
  by: TEXT,
  /** At what. */
  target: TEXT,
  reason: z.string().max(4_000).nullable(),
})

/** The body of `POST /v1/views`: somebody looked at evidence. */
export type View = z.infer<typeof BODY>

/**
 * Puts into the custody log, `actions`, that somebody looked at an incident's evidence. What they
 * saw they have seen: where it cannot be recorded that is said, and nothing is withheld.
 */
export async function recordView(environment: Environment, view: View): Promise<void> {
  try {
    await actOnPipeline<true>(environment, {
      throughDoor: async (door) => {
        const answer = await door('POST', PATH, view)
        if (answer.status === 404) return undefined
        if (answer.status !== 202) throw faultOf(answer)
        return true
      },
      onLog: async ({ world }) => {
        const action = viewAction(view, Date.now() * 1000)
        await publishRecord(world, 'actions.v1', action.incident_id, action)
        return true
      },
      makesLog: false,
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    process.stderr.write(`warning: this view is not in the custody log [${error.code}]\n`)
  }
}

/** Who looks: by the name they give, else by their system's. */
export function viewerName(given: string | undefined, environment: Environment): string {
  return given ?? environment['TOCSIN_PERSON'] ?? userInfo().username
}

/** `POST /v1/views`, for admins. 202: it is on the log. */
export function viewRoute(world: World, nowMs: () => number): DoorRoute {
  return {
    method: 'POST',
    path: PATH,
    roles: ['admin'],
    handle: async (asked): Promise<DoorReply> => {
      const parsed = BODY.safeParse(parse(await asked.readBody()))
      if (!parsed.success)
        throw new DoorRefusal(
          400,
          'BAD_REQUEST',
          'The body is {"tenant_id", "incident_id", "by", "target", "reason"}',
        )
      const action = viewAction(parsed.data, nowMs() * 1000)
      await publishRecord(world, 'actions.v1', action.incident_id, action)
      return { status: 202, json: { action_id: action.action_id } }
    },
  }
}

function viewAction({ tenant_id, incident_id, by, target, reason }: View, nowUs: number): Action {
  return {
    action_id: idOf('view', tenant_id, incident_id, randomUUID()),
    incident_id,
    tenant_id,
    occurred_at: nowUs,
    kind: 'view',
    phase: 'applied',
    scope: null,
    requested_by: by,
    approved_by: null,
    reason,
    parameters: { target },
    outcome: null,
    expires_at: null,
    revision: 1,
    nonce: null,
    signature: null,
    detail: null,
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
