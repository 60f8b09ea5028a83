import { z } from 'zod'

import { DoorRefusal, type DoorReply, type DoorRoute } from '#domain/door.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Action } from '#domain/records/index.ts'
import type { Environment } from '#runtime/config.ts'
import { webhookRefusal } from '#domain/webhook-signature.ts'
import { readWebhookSecrets } from '../../respond/main.ts'
import { publishRecord } from '../publish-record.ts'
import type { World } from '../world.ts'

const TOPIC = 'actions.v1'
const HEX_ID = z.string().regex(/^[0-9a-f]{32}$/)
const BODY = z.strictObject({
  action_id: HEX_ID,
  incident_id: HEX_ID,
  tenant_id: z.string().min(1).max(200),
  phase: z.enum(['proven', 'unproven', 'ineffective', 'failed']),
  detail: z.string().max(500),
})

/**
 * `POST /v1/outcomes`: an orchestrator says what came of an action that it was asked for by
 * webhook. No token: the message is signed with the secret of that webhook (Standard Webhooks).
 */
export function outcomeRoutes(
  world: World,
  environment: Environment,
  nowMs: () => number,
): DoorRoute[] {
  const secrets = readWebhookSecrets(environment)
  return [
    {
      method: 'POST',
      path: '/v1/outcomes',
      roles: [],
      handle: async (asked): Promise<DoorReply> => {
        const text = (await asked.readBody()).toString('utf8')
        const body = bodyOf(text)
        const action = body === undefined ? undefined : await askedAction(world, body)
        const secret = secrets.get(action?.parameters['target'] ?? '')
        const nowS = Math.floor(nowMs() / 1000)
        const isSigned =
          secret !== undefined && webhookRefusal(asked.headers, text, secret, nowS) === undefined
        if (body === undefined || action === undefined || !isSigned)
          throw new DoorRefusal(401, 'UNAUTHORIZED', 'This is not signed for that action')
        await publishRecord(world, TOPIC, action.incident_id, {
          ...action,
          phase: body.phase,
          detail: body.detail,
          occurred_at: nowMs() * 1000,
          revision: action.revision + 1,
        })
        return { status: 202, json: { action_id: action.action_id } }
      },
    },
  ]
}

function bodyOf(text: string): z.infer<typeof BODY> | undefined {
  try {
    const parsed = BODY.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** The action as it was last written, where a webhook was asked for it. */
async function askedAction(
  { log, codec }: World,
  body: z.infer<typeof BODY>,
): Promise<Action | undefined> {
  const partition = partitionOf(keyOf(body.tenant_id, body.incident_id), log.laneCount)
  let found: Action | undefined
  for await (const chunk of log.readToEnd({ topic: TOPIC, partition, offset: 0 })) {
    const values = chunk.records.map((record) => record.value)
    await codec.prepare(TOPIC, values)
    for (const value of values) {
      const decoded = codec.decode(TOPIC, value)
      if (!decoded.ok || decoded.value.action_id !== body.action_id) continue
      if (decoded.value.kind === 'webhook') found = decoded.value
    }
  }
  return found?.incident_id === body.incident_id ? found : undefined
}
