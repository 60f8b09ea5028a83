import { createHash } from 'node:crypto'

import type { Condition } from './condition.ts'
import type { ActionKind, Playbook, Step } from './playbook.ts'

type Node = Playbook['containment'][number]
type CacaoStep = Record<string, unknown>
type Workflow = Record<string, CacaoStep>

/** A playbook has no date of its own: its version tells it from others. */
const CREATED = '2026-01-01T00:00:00.000Z'

const ACTIVITIES: Record<ActionKind, string> = {
  preserve: 'analyze-collected-data',
  watch: 'match-indicator',
  enforcement: 'restrict-access',
  webhook: 'configure-systems',
  command: 'configure-systems',
  'oauth-revocation': 'restrict-access',
  analysis: 'analyze-collected-data',
  rotation: 'eliminate-risk',
  notify: 'deliver-content',
}

/**
 * A playbook as CACAO 2.0: containment as its workflow, what needs a person as a manual step before
 * it, branches as if-conditions, stages of recovery as steps with their quiet time as delay. Equal
 * playbooks give equal exports.
 */
export function playbookToCacao(playbook: Playbook): Record<string, unknown> {
  const { name, fullVersion, severity, containment, recovery } = playbook
  const writer = new WorkflowWriter(`${name} ${fullVersion}`)
  const end = writer.end('')
  const stages = recovery.stages.map(
    (stage, index) =>
      (next: string): string =>
        writer.action(`recovery ${index}`, next, {
          name: `Recovery: ${stage.stage}`,
          command: `Enter stage ${stage.stage}: ${stage.restriction ?? 'nothing restricted'}`,
          activity: 'restore-capabilities',
          delay: Math.round(stage.quiet / 1000),
          isManual: stage.approvals > 0,
        }),
  )
  const recovered = stages.reduceRight((next, add) => add(next), end)
  const first = writer.nodes(containment, 'containment', recovered)
  const start = writer.start(first)
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: idFor('playbook', name),
    name,
    description: `Tocsin's containment and recovery for incidents of severity ${severity}`,
    playbook_types: ['mitigation', 'notification', 'remediation'],
    playbook_activities: writer.activities(),
    created_by: idFor('identity', 'tocsin'),
    created: CREATED,
    modified: CREATED,
    labels: [`version ${fullVersion}`],
    severity: { moderate: 40, high: 70, critical: 95 }[severity],
    workflow_start: start,
    workflow: writer.workflow,
    agent_definitions: {
      [writer.machine]: {
        type: 'security-category',
        name: 'Tocsin',
        category: ['orchestrator'],
      },
      [writer.person]: { type: 'group', name: 'Whoever may decide' },
    },
  }
}

type ActionWords = {
  name: string
  command: string
  activity: string
  isManual: boolean
  delay?: number
}

/** Builds a workflow from its end to its start: a step must know the id of what follows it. */
class WorkflowWriter {
  readonly workflow: Workflow = {}
  readonly machine: string
  readonly person: string
  readonly #name: string

  constructor(name: string) {
    this.#name = name
    this.machine = idFor('security-category', `${name} machine`)
    this.person = idFor('group', `${name} person`)
  }

  start(next: string): string {
    return this.#add('start', 'start', { on_completion: next })
  }

  end(place: string): string {
    return this.#add('end', `end ${place}`, {})
  }

  action(place: string, next: string, words: ActionWords): string {
    const { name, command, activity, isManual, delay } = words
    return this.#add('action', place, {
      name,
      on_completion: next,
      ...(delay === undefined ? {} : { delay }),
      agent: isManual ? this.person : this.machine,
      commands: [{ type: 'manual', command, playbook_activity: activity }],
    })
  }

  nodes(nodes: readonly Node[], place: string, next: string): string {
    return nodes.reduceRight((after, node, index) => {
      const here = `${place} ${index}`
      return 'if' in node ? this.#branch(node, here, after) : this.#step(node, here, after)
    }, next)
  }

  activities(): string[] {
    const found = Object.values(this.workflow).flatMap((step) => {
      const commands = (step['commands'] ?? []) as { playbook_activity: string }[]
      return commands.map((command) => command.playbook_activity)
    })
    return [...new Set(found)].sort()
  }

  /** A branch ends in an end of its own; then what follows the condition goes on. */
  #branch(node: Extract<Node, { if: Condition }>, place: string, next: string): string {
    const onTrue = this.nodes(node.steps, `${place} true`, this.end(`${place} true`))
    const otherwise = node.otherwise ?? []
    const onFalse = this.nodes(otherwise, `${place} false`, this.end(`${place} false`))
    return this.#add('if-condition', place, {
      name: 'What the incident is like',
      condition: patternOf(node.if),
      on_true: onTrue,
      on_false: onFalse,
      on_completion: next,
    })
  }

  #step(step: Step, place: string, next: string): string {
    const acting = this.action(place, next, {
      name: step.step,
      command: commandOf(step),
      activity: ACTIVITIES[step.do],
      isManual: step.do === 'rotation',
    })
    if (step.approvals === 0) return acting
    return this.action(`${place} approval`, acting, {
      name: `Approve ${step.step}`,
      command: `${step.approvals} people decide: ${step.why}`,
      activity: 'identify-steps',
      isManual: true,
    })
  }

  #add(type: string, place: string, fields: CacaoStep): string {
    const id = idFor(type, `${this.#name} ${place}`)
    this.workflow[id] = { type, ...fields }
    return id
  }
}

function commandOf(step: Step): string {
  const { do: kind, restriction, scope, to, target, why } = step
  const words = [kind, restriction, scope, to, target].filter((word) => word !== undefined)
  return `${words.join(' ')}: ${why}`
}

/** A condition as a STIX pattern over an incident's fields. */
function patternOf(condition: Condition): string {
  return `[${comparison(condition)}]`
}

function comparison(condition: Condition): string {
  if ('any' in condition) return `(${condition.any.map(comparison).join(' OR ')})`
  if ('all' in condition) return `(${condition.all.map(comparison).join(' AND ')})`
  if ('not' in condition) return `NOT ${comparison(condition.not)}`
  const [[field, value] = ['', '']] = Object.entries(condition)
  const literal = typeof value === 'boolean' ? String(value) : `'${String(value)}'`
  return `x-tocsin-incident:${field} = ${literal}`
}

/** An id that looks like a random UUID and is the same for the same name. */
function idFor(type: string, name: string): string {
  const hash = createHash('sha256').update(`${type} ${name}`).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x40
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return `${type}--${[...parts, hex.slice(20, 32)].join('-')}`
}
