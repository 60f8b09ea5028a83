import { z } from 'zod'

import type { Incident } from '#domain/records/index.ts'

/** What a playbook may ask of an incident. */
export type Condition =
  | { any: Condition[] }
  | { all: Condition[] }
  | { not: Condition }
  | { reason: string }
  | { layer: string }
  | { sensitive_data: boolean }
  | { data_touched: boolean }
  | { destination: boolean }
  | { vector: boolean }
  | { agents: 'one' | 'several' | 'none' }

const DEPTH_MAX = 8

/** One question, or several joined by `any`, `all`, `not`. */
export const CONDITION: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ any: z.array(CONDITION).min(1).max(16) }),
    z.strictObject({ all: z.array(CONDITION).min(1).max(16) }),
    z.strictObject({ not: CONDITION }),
    z.strictObject({ reason: z.string().min(1) }),
    z.strictObject({ layer: z.enum(['application', 'data', 'network', 'model', 'session']) }),
    z.strictObject({ sensitive_data: z.boolean() }),
    z.strictObject({ data_touched: z.boolean() }),
    z.strictObject({ destination: z.boolean() }),
    z.strictObject({ vector: z.boolean() }),
    z.strictObject({ agents: z.enum(['one', 'several', 'none']) }),
  ]),
)

/** What a condition may look at. */
export type ConditionFacts = Pick<
  Incident,
  | 'severity_reasons'
  | 'layers'
  | 'data_touched'
  | 'destinations'
  | 'injection_event_ids'
  | 'agent_ids'
>

/** Whether a condition holds for an incident. Deeper than 8 it does not. */
export function holds(condition: Condition, facts: ConditionFacts, depth = 0): boolean {
  if (depth > DEPTH_MAX) return false
  const isTrue = (inner: Condition): boolean => holds(inner, facts, depth + 1)
  if ('any' in condition) return condition.any.some(isTrue)
  if ('all' in condition) return condition.all.every(isTrue)
  if ('not' in condition) return !isTrue(condition.not)
  if ('reason' in condition)
    return facts.severity_reasons.some((reason) => reason.startsWith(`${condition.reason}:`))
  if ('layer' in condition) return facts.layers.includes(condition.layer)
  if ('agents' in condition) return countWord(facts.agent_ids.length) === condition.agents
  if ('sensitive_data' in condition)
    return condition.sensitive_data === facts.data_touched.some(isSensitive)
  if ('data_touched' in condition) return condition.data_touched === facts.data_touched.length > 0
  if ('destination' in condition) return condition.destination === facts.destinations.length > 0
  return condition.vector === facts.injection_event_ids.length > 0
}

function isSensitive(touched: Incident['data_touched'][number]): boolean {
  return touched.sensitive_types.length > 0
}

function countWord(count: number): 'one' | 'several' | 'none' {
  if (count === 0) return 'none'
  return count === 1 ? 'one' : 'several'
}
