import type { Condition } from './condition.ts'
import type { Playbook, Step } from './playbook.ts'

type Node = Playbook['containment'][number]

const HOUR_US = 3_600_000_000

/** A playbook as a tree of text. */
export function drawPlaybook(playbook: Playbook): string {
  const { name, fullVersion, severity, containment, recovery, review } = playbook
  return [
    `${name} ${fullVersion}, for severity ${severity}`,
    'containment (evidence first, then restrictions, revocations, notices)',
    ...drawNodes(containment, ''),
    `recovery (begins: ${recovery.begins}, closes: ${recovery.closes})`,
    ...recovery.stages.map((stage, index) => {
      const { restriction, quiet, approvals, checks } = stage
      const gate = [
        `quiet for ${quiet / HOUR_US} h`,
        ...(approvals > 0 ? [`${approvals} to approve`] : []),
        ...checks,
      ]
      const held = restriction === undefined ? '' : ` (${restriction})`
      return `${branch(index, recovery.stages.length)}${stage.stage}${held}: ${gate.join(', ')}`
    }),
    `review within ${review.within / HOUR_US} h, alarm ${review.alarm_before / HOUR_US} h before`,
  ].join('\n')
}

function drawNodes(nodes: readonly Node[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const here = branch(index, nodes.length)
    const inner = `${indent}${index === nodes.length - 1 ? '   ' : '│  '}`
    if (!('if' in node)) return [`${indent}${here}${stepWords(node)}`]
    return [
      `${indent}${here}if ${conditionWords(node.if)}`,
      ...drawNodes(node.steps, inner),
      ...(node.otherwise === undefined
        ? []
        : [`${inner}otherwise`, ...drawNodes(node.otherwise, inner)]),
    ]
  })
}

function branch(index: number, count: number): string {
  return index === count - 1 ? '└─ ' : '├─ '
}

function stepWords(step: Step): string {
  const { do: kind, restriction, scope, to, target, ttl, approvals } = step
  const words = [kind, restriction, scope, to, target].filter((word) => word !== undefined)
  const terms = [
    ...(ttl === undefined ? [] : [`for ${ttl / HOUR_US} h`]),
    ...(approvals > 0 ? [`${approvals} to approve`] : []),
    ...step.on_ineffective.map((one) => `else ${one.step}`),
  ]
  const held = terms.length === 0 ? '' : ` (${terms.join(', ')})`
  return `${step.step}: ${words.join(' ')}${held}. ${step.why}`
}

function conditionWords(condition: Condition): string {
  if ('any' in condition) return condition.any.map(conditionWords).join(' or ')
  if ('all' in condition) return condition.all.map(conditionWords).join(' and ')
  if ('not' in condition) return `not (${conditionWords(condition.not)})`
  const [[name, value] = ['', '']] = Object.entries(condition)
  return `${name} is ${String(value)}`
}
