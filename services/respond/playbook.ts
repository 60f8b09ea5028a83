import { createHash } from 'node:crypto'

import { parse } from 'yaml'
import { z } from 'zod'

import type { Severity } from '#domain/records/index.ts'
import { problemsOf } from '#domain/problems.ts'
import { CONDITION, holds, type Condition, type ConditionFacts } from './condition.ts'
import { parseDuration } from './duration.ts'

/** In what order the steps of a containment run, whatever their order in the file. */
const ORDERS = ['preserve', 'restrict', 'revoke', 'notify'] as const
type Order = (typeof ORDERS)[number]

const ORDER_OF = {
  preserve: 'preserve',
  watch: 'restrict',
  enforcement: 'restrict',
  webhook: 'revoke',
  command: 'revoke',
  'oauth-revocation': 'revoke',
  analysis: 'notify',
  rotation: 'notify',
  notify: 'notify',
} as const satisfies Record<string, Order>

/** What a step can do. */
export type ActionKind = keyof typeof ORDER_OF

export const CHECKS = ['actions_effective', 'mitigations_decided', 'rotation_done'] as const
const STAGES = ['restricted', 'limited', 'normal', 'cooldown'] as const
export const RESTRICTIONS = ['refuse', 'read_only', 'declared_tools', 'close', 'sanitise'] as const

const NAME = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
const DURATION = z.string().transform((text, context) => {
  const parsedUs = parseDuration(text)
  if (parsedUs !== undefined) return parsedUs
  context.addIssue('expected a duration such as 30s, 5m, 4h, 7d')
  return z.NEVER
})
const APPROVALS = z.number().int().min(0).max(5)

const STEP_FIELDS = {
  step: NAME,
  do: z.enum(Object.keys(ORDER_OF) as [ActionKind, ...ActionKind[]]),
  scope: z.enum(['session', 'agent', 'role', 'server', 'token']).optional(),
  restriction: z.enum(RESTRICTIONS).optional(),
  ttl: DURATION.optional(),
  prove_within: DURATION.optional(),
  approvals: APPROVALS.default(0),
  to: NAME.optional(),
  template: NAME.optional(),
  target: NAME.optional(),
  undo: z.boolean().default(false),
  why: z.string().min(1).max(200),
}
const STEP = z
  .strictObject({
    ...STEP_FIELDS,
    on_ineffective: z.array(z.strictObject(STEP_FIELDS)).max(8).default([]),
  })
  .check((context) => {
    const { do: kind, scope, restriction, ttl, to, template, target } = context.value
    const demand = (isThere: boolean, what: string): void => {
      if (!isThere)
        context.issues.push({ code: 'custom', message: `${kind} needs ${what}`, input: kind })
    }
    if (kind === 'enforcement') {
      demand(scope !== undefined && restriction !== undefined, 'a scope and a restriction')
      demand(ttl !== undefined, 'a ttl: every restriction expires')
    }
    if (kind === 'preserve') demand(ttl !== undefined, 'a ttl')
    if (kind === 'notify') demand(to !== undefined && template !== undefined, 'to and template')
    if (kind === 'webhook' || kind === 'command') demand(target !== undefined, 'a target')
  })

/** One step of a containment. */
export type Step = z.infer<typeof STEP>

/** A step, or a branch: a decision tree. */
type Node = Step | { if: Condition; steps: Node[]; otherwise?: Node[] | undefined }

const NODE: z.ZodType<Node> = z.lazy(() =>
  z.union([
    STEP,
    z.strictObject({
      if: CONDITION,
      steps: z.array(NODE).max(32),
      otherwise: z.array(NODE).max(32).optional(),
    }),
  ]),
)

const STAGE = z.strictObject({
  stage: z.enum(STAGES),
  restriction: z.enum(RESTRICTIONS).optional(),
  quiet: DURATION,
  approvals: APPROVALS.default(0),
  checks: z.array(z.enum(CHECKS)).default([]),
})

const BEGINNING = z.enum(['automatic', 'approval'])

const PLAYBOOK = z.strictObject({
  name: NAME,
  version: z.number().int().min(1),
  severity: z.enum(['moderate', 'high', 'critical']),
  review: z.strictObject({ within: DURATION, alarm_before: DURATION }),
  containment: z.array(NODE).min(1).max(32),
  recovery: z.strictObject({
    begins: BEGINNING,
    closes: BEGINNING,
    stages: z.array(STAGE).min(1).max(STAGES.length),
  }),
})

/** What is done about incidents of one severity. */
export type Playbook = z.infer<typeof PLAYBOOK> & {
  /** Its number and a hash of its text: what a case records. */
  fullVersion: string
}

export type Playbooks = Readonly<Record<Severity, Playbook>>

/**
 * Reads one playbook.
 *
 * @throws Error whose message names every mistake.
 */
export function readPlaybook(text: string): Playbook {
  const parsed = PLAYBOOK.safeParse(parse(text))
  if (!parsed.success) throw new Error(problemsOf(parsed.error))
  const playbook = parsed.data
  const problems = orderProblems(playbook)
  if (problems.length > 0) throw new Error(problems.join('; '))
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { ...playbook, fullVersion: `${playbook.version}+${digest}` }
}

/**
 * The steps for an incident: evidence first, then restrictions, revocations, notices; within each
 * as the playbook has them.
 */
export function stepsFor(playbook: Playbook, facts: ConditionFacts): Step[] {
  const chosen = choose(playbook.containment, facts)
  return ORDERS.flatMap((order) => chosen.filter((step) => orderOf(step) === order))
}

/** When a step runs. */
export function orderOf(step: Pick<Step, 'do'>): Order {
  return ORDER_OF[step.do]
}

function choose(nodes: readonly Node[], facts: ConditionFacts): Step[] {
  return nodes.flatMap((node) => {
    if (!('if' in node)) return [node]
    return choose(holds(node.if, facts) ? node.steps : (node.otherwise ?? []), facts)
  })
}

function flatten(nodes: readonly Node[]): Step[] {
  return nodes.flatMap((node) =>
    'if' in node ? [...flatten(node.steps), ...flatten(node.otherwise ?? [])] : [node],
  )
}

function orderProblems(playbook: z.infer<typeof PLAYBOOK>): string[] {
  const steps = flatten(playbook.containment)
  const names = steps.flatMap((step) => [step.step, ...step.on_ineffective.map((one) => one.step)])
  const repeated = names.filter((name, index) => names.indexOf(name) !== index)
  const stages = playbook.recovery.stages.map(({ stage }) => STAGES.indexOf(stage))
  const isSorted = stages.every((stage, index) => index === 0 || stage > (stages[index - 1] ?? 0))
  const holdsAlways = playbook.containment.some((node) => 'do' in node && node.do === 'preserve')
  return [
    ...repeated.map((name) => `the step ${name} stands there twice`),
    ...(isSorted ? [] : [`stages come in the order ${STAGES.join(', ')}`]),
    ...(holdsAlways ? [] : ['evidence is preserved first: a step outside branches must preserve']),
  ]
}
