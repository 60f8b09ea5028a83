import { z } from 'zod'

import { DoorRefusal, type DoorReply, type DoorRoute } from '#domain/door.ts'
import type { Disposition } from '#domain/records/index.ts'
import { formatTime } from '#domain/time.ts'
import { publishRecord } from '../publish-record.ts'
import type { World } from '../world.ts'

const TEXT_MAX_CHARS = 200
const NOTE_MAX_CHARS = 4_000

export const VERDICTS = ['true_positive', 'false_positive', 'benign'] as const

const TEXT = z.string().min(1).max(TEXT_MAX_CHARS)
const BODY = z.strictObject({
  alert_id: TEXT,
  tenant_id: TEXT,
  rule_id: TEXT,
  verdict: z.enum(VERDICTS),
  by: TEXT,
  note: z.string().max(NOTE_MAX_CHARS).nullable().default(null),
})

/** The body of `POST /v1/dispositions`. */
export type DispositionBody = z.infer<typeof BODY>

/** A judgement as it is recorded; undefined where the body is none. */
export function dispositionOf(body: unknown, nowUs: number): Disposition | undefined {
  const parsed = BODY.safeParse(body)
  if (!parsed.success) return undefined
  const { by, ...rest } = parsed.data
  return { ...rest, decided_at: nowUs, decided_by: by }
}

/** `POST /v1/dispositions`, for admins. */
export function dispositionRoute(world: World, nowMs: () => number): DoorRoute {
  return {
    method: 'POST',
    path: '/v1/dispositions',
    roles: ['admin'],
    handle: async (asked): Promise<DoorReply> => {
      const value = dispositionOf(parse(await asked.readBody()), nowMs() * 1000)
      if (value === undefined)
        throw new DoorRefusal(
          400,
          'BAD_REQUEST',
          'The body is {"alert_id", "tenant_id", "rule_id", "verdict", "by", "note"}',
        )
      await publishRecord(world, 'dispositions.v1', value.alert_id, value)
      return { status: 200, json: { decided_at: formatTime(value.decided_at) } }
    },
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
