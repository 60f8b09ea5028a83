import { keyOf } from '#domain/lane.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import { goalsOf, type Goal } from './goal.ts'
import type { SequenceLimits } from './limits.ts'

/** What every key of the engine's state begins with. */
export const STATE_PREFIX = 'q/'

/** A correlation ready to be run. */
export type Plan = {
  resolved: ResolvedCorrelation
  id: string
  version: string
  /** What the keys of its groups begin with in the changelog. */
  stateKey: string
  spanUs: number
  goals: readonly Goal[]
  value: 'none' | 'text' | 'number'
  /** Negative values are left out: a sum claimed at once may never fall again. */
  isNegativeLeftOut: boolean
  /** Whether it is told before everything it depends on is known. */
  isClaimed: boolean
  /** How far behind the watermark its inputs are decided. */
  inputDelayUs: number
  matchesMaxCount: number
  /** Correlations that look at this one, with this one's place among their rules. */
  above: { plan: Plan; rule: number }[]
  /** Which settled entries no later window needs where a later one is there. */
  supersedes: 'same value' | 'same rule' | 'run of a rule' | 'nothing'
}

/** The plans of correlations, in their order: lower ones first. */
export function plansOf(
  correlations: readonly ResolvedCorrelation[],
  limits: SequenceLimits,
): Plan[] {
  const byId = new Map<string, Plan>()
  const delayById = new Map<string, number>()
  for (const resolved of correlations) {
    const { correlation, inputs } = resolved
    const { id, version, timespanUs, type } = correlation
    const inputDelayUs = Math.max(0, ...inputs.map((input) => delayById.get(input.id) ?? 0))
    const goals = goalsOf(resolved)
    const plan: Plan = {
      resolved,
      id,
      version,
      stateKey: STATE_PREFIX + keyOf(id, ''),
      spanUs: timespanUs,
      goals,
      value: type === 'value_count' ? 'text' : type.startsWith('value_') ? 'number' : 'none',
      isNegativeLeftOut: type === 'value_sum',
      isClaimed: limits.claimsAcrossSessions || correlation.groupBy.includes('session_id'),
      inputDelayUs,
      matchesMaxCount: Math.max(limits.matchesPerGroupMaxCount, neededCount(resolved)),
      above: [],
      supersedes: supersession(resolved),
    }
    byId.set(id, plan)
    const waits = goals.some((goal) => goal.dueUs(0, 0) > -Infinity)
    delayById.set(id, inputDelayUs + (waits ? timespanUs : 0))
    for (const [rule, input] of inputs.entries()) byId.get(input.id)?.above.push({ plan, rule })
  }
  return [...byId.values()]
}

/** As many as it takes to pass every bound. */
function neededCount({ correlation: { type, condition } }: ResolvedCorrelation): number {
  const isCount = type === 'event_count' || type === 'value_count'
  if (!isCount || condition.kind !== 'number') return 0
  return Math.max(0, ...Object.values(condition.bounds)) + 2
}

function supersession({ correlation: { type } }: ResolvedCorrelation): Plan['supersedes'] {
  if (type === 'value_count') return 'same value'
  if (type === 'temporal') return 'same rule'
  return type === 'temporal_ordered' ? 'run of a rule' : 'nothing'
}
