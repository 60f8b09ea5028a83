import { z } from 'zod'

import { DoorRefusal, type DoorReply, type DoorRoute } from '#domain/door.ts'
import { formatTime, parseTime, SECOND_US } from '#domain/time.ts'
import type { RuleRow } from './rule-book.ts'
import type { ChangePlan, ChangeRequest } from './rule-changes.ts'
import type { RuleDesk } from './rule-desk.ts'

/** How long after now a change holds where no time is given: every process has it by then. */
const EFFECTIVE_AFTER_US = 5 * SECOND_US
const RULES_MAX_COUNT = 10_000
const NAME_MAX_CHARS = 1_000
const BY_MAX_CHARS = 200

const NAME = z.string().min(1).max(NAME_MAX_CHARS)
const REQUEST = z.strictObject({
  state: z.enum(['staged', 'live', 'retired']),
  by: z.string().max(BY_MAX_CHARS).nullable().default(null),
  effective_at: z
    .string()
    .refine((text) => parseTime(text) !== undefined)
    .optional(),
  rules: z
    .array(
      z.union([z.strictObject({ file: NAME, text: z.string() }), z.strictObject({ name: NAME })]),
    )
    .min(1)
    .max(RULES_MAX_COUNT),
})
const RULE = z.object({
  name: z.string(),
  rule_id: z.string(),
  state: z.enum(['staged', 'live', 'retired']),
  rule_version: z.string(),
  pack_version: z.string(),
  revision: z.number(),
  effective_at: z.string(),
})
const ANSWER = z.object({
  changed: z.array(RULE),
  unchanged: z.array(z.string()),
  notes: z.array(z.string()),
  refused: z.array(z.object({ code: z.enum(['BAD_RULES', 'NOT_FOUND']), line: z.string() })),
})

/** The body of `POST /v1/rules`. */
export type RulesBody = z.input<typeof REQUEST>
/** What it is answered; with `refused`, under status 422. */
export type RulesAnswer = z.infer<typeof ANSWER>

/** What to do, from a body that was checked. */
export function requestOf(body: unknown, nowUs: number): ChangeRequest | undefined {
  const parsed = REQUEST.safeParse(body)
  if (!parsed.success) return undefined
  const { state, by, effective_at, rules } = parsed.data
  const givenUs = effective_at === undefined ? undefined : parseTime(effective_at)
  return { state, by, effectiveAtUs: givenUs ?? nowUs + EFFECTIVE_AFTER_US, rules }
}

/** A plan as it is answered. */
export function answerOf({ changed, unchanged, notes, refused }: ChangePlan): RulesAnswer {
  const told = changed.map(({ effective_at, ...change }) => {
    const { name, rule_id, state, rule_version, pack_version, revision } = change
    const effectiveAt = formatTime(effective_at)
    return { name, rule_id, state, rule_version, pack_version, revision, effective_at: effectiveAt }
  })
  return { changed: told, unchanged, notes, refused }
}

/** @throws z.ZodError where another program answered. */
export function readAnswer(json: unknown): RulesAnswer {
  return ANSWER.parse(json)
}

/** `POST /v1/rules` and `GET /v1/rules`, for admins. */
export function ruleRoutes(desk: RuleDesk, nowMs: () => number): DoorRoute[] {
  const path = '/v1/rules'
  return [
    {
      method: 'POST',
      path,
      roles: ['admin'],
      handle: async (asked): Promise<DoorReply> => {
        const request = requestOf(parse(await asked.readBody()), nowMs() * 1000)
        if (request === undefined)
          throw new DoorRefusal(
            400,
            'BAD_REQUEST',
            'The body is {"state", "by", "effective_at", "rules": [{"file", "text"} or {"name"}]}',
          )
        const answer = answerOf(await desk.change(request))
        return { status: answer.refused.length > 0 ? 422 : 200, json: answer }
      },
    },
    {
      method: 'GET',
      path,
      roles: ['admin'],
      handle: async (): Promise<DoorReply> => {
        const rules: RuleRow[] = await desk.list()
        return { status: 200, json: { rules } }
      },
    },
  ]
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
