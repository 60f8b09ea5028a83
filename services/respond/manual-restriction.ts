import { z } from 'zod'

import { SCOPE_KINDS } from '#domain/enforcement-text.ts'
import { SECOND_US } from '#domain/time.ts'
import type { Action } from '#domain/records/index.ts'
import { isAlive, type Scope } from './case-state.ts'
import { writeAction, type CaseWork } from './case-work.ts'
import { applyAction, newAction } from './containment.ts'
import { RESTRICTIONS } from './playbook.ts'
import { fallBack } from './recovery.ts'

const DAY_S = 86_400
const CONTAIN_TTL_S = 3 * DAY_S
const MITIGATE_TTL_S = 90 * DAY_S
const PROVE_WITHIN_US = 30 * SECOND_US

const NAMES = z.string().transform((text, context): string[] => {
  try {
    return z.array(z.string().max(200)).max(5_000).parse(JSON.parse(text))
  } catch {
    context.addIssue('expected a JSON list of strings')
    return z.NEVER
  }
})
const PARAMETERS = z.object({
  scope_kind: z.enum(SCOPE_KINDS),
  scope_value: z.string().min(1).max(500),
  restriction: z.enum(RESTRICTIONS),
  /** Seconds; `never`: a mitigation that stays until two people lift it. */
  ttl_s: z
    .union([
      z.literal('never'),
      z.coerce
        .number()
        .int()
        .min(1)
        .max(3_650 * DAY_S),
    ])
    .optional(),
  tool_names: NAMES.optional(),
  shingles: NAMES.optional(),
})

/**
 * A restriction that a person asks for: `contain` belongs to the case and ends with it, `mitigate`
 * outlives it. Asking is the first approval; one that never ends needs a second.
 */
export function restrictByHand(
  work: CaseWork,
  decision: Action,
  name: 'contain' | 'mitigate',
  person: string,
): 'BAD_PARAMETERS' | 'NOT_POSSIBLE_NOW' | 'TWO_PEOPLE_NEEDED' | undefined {
  const parsed = PARAMETERS.safeParse(decision.parameters)
  if (!parsed.success) return 'BAD_PARAMETERS'
  const { scope_kind, scope_value, restriction, ttl_s } = parsed.data
  const isForever = ttl_s === 'never'
  if (isForever && name === 'contain') return 'BAD_PARAMETERS'
  if (isForever && work.options.people === undefined) return 'TWO_PEOPLE_NEEDED'
  if (work.state.preservedAtUs === null) return 'NOT_POSSIBLE_NOW'
  if (name === 'contain' && work.state.stage !== null) fallBack(work, false)
  const scope: Scope = { kind: scope_kind, value: scope_value }
  const ttlS = ttl_s ?? (name === 'contain' ? CONTAIN_TTL_S : MITIGATE_TTL_S)
  const tracked = newAction(
    work,
    {
      step: `${name}-${restriction}`,
      do: 'enforcement',
      approvals: isForever ? 2 : 0,
      undo: false,
      why: decision.reason ?? `Asked for by ${person}`,
      restriction,
      ttl: ttlS === 'never' ? undefined : ttlS * SECOND_US,
      prove_within: PROVE_WITHIN_US,
    },
    scope,
    {
      isStanding: name === 'mitigate',
      approvedBy: [person],
      toolNames: parsed.data.tool_names ?? [],
      shingles: parsed.data.shingles ?? [],
    },
  )
  const known = work.state.actions[tracked.action.action_id]
  if (known !== undefined && isAlive(known)) return 'NOT_POSSIBLE_NOW'
  tracked.action.requested_by = person
  if (known !== undefined) tracked.action.revision = known.action.revision
  if (tracked.approvalsNeeded > 1) writeAction(work, tracked, 'planned')
  else applyAction(work, tracked)
  return undefined
}
