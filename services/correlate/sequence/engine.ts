import assert from 'node:assert/strict'
import { keyOf } from '#domain/lane.ts'
import type { StateChange } from '#domain/stage.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import { rankOf } from './entry.ts'
import type { About, Entry, SequenceMatch } from './entry.ts'
import type { Firing } from './firing.ts'
import { bodyOf, restoreGroup } from './group-body.ts'
import type { GroupBody } from './group-body.ts'
import { Group } from './group.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { CountSequence, SequenceLimits } from './limits.ts'
import { plansOf, STATE_PREFIX } from './plan.ts'
import type { Plan } from './plan.ts'
import { Schedule } from './schedule.ts'
import type { GroupName, GroupSink } from './telling.ts'

const VALUE_ABS_MAX = 1e15
/** Of these many groups first taken in, the one that was quiet longest makes room. */
const EVICTION_SAMPLE_COUNT = 32

/** Runs correlations over matches, in event time. */
export type SequenceEngine = {
  /** Takes a match in; gives the firings which it completes. */
  onMatch(match: SequenceMatch): Firing[]
  /** Every match older than this has been seen (Infinity: all): gives what is decided now. */
  onWatermark(watermarkUs: number): Firing[]
  /** Groups that changed since the last call; those that ended have no body. */
  takeChanges(): StateChange[]
  /** Whether a key of the state is the engine's. */
  owns(key: string): boolean
  restore(key: string, body: unknown): void
  readonly groupCount: number
}

/** One thing that counts for a plan, whatever it came from. */
type Arrival = {
  tenantId: string
  atUs: number
  eventId: string
  firingId: string
  about: About
  field: (name: string) => string | undefined
}

/**
 * An engine for correlations (`resolveCorrelations(…).ordered`). A firing is known by correlation,
 * version, tenant, group and the time span, counted from the epoch, which its last match falls
 * into. Which firings there are in the end, and what each says, depends on the set of matches
 * alone, whatever order they came in, as long as none is later than the horizon: of several with
 * one id the last counts. A claim made at once is never taken back; where late matches change what
 * it says, its settled form follows.
 */
export function createSequenceEngine(
  correlations: readonly ResolvedCorrelation[],
  limits: Partial<SequenceLimits> = {},
  count: CountSequence = () => {},
): SequenceEngine {
  return new Engine(correlations, { ...DEFAULT_LIMITS, ...limits }, count)
}

class Engine implements SequenceEngine, GroupSink {
  readonly #limits: SequenceLimits
  readonly #count: CountSequence
  readonly #plans: readonly Plan[]
  readonly #routes = new Map<string, { plan: Plan; rule: number }[]>()
  readonly #groups = new Map<Plan, Map<string, Group>>()
  readonly #schedules = new Map<Plan, Schedule<Group>>()
  readonly #changed = new Map<string, Group | undefined>()
  #firings: Firing[] = []
  #watermarkUs = -Infinity
  #heldCount = 0

  constructor(
    correlations: readonly ResolvedCorrelation[],
    limits: SequenceLimits,
    count: CountSequence,
  ) {
    this.#limits = limits
    this.#count = count
    this.#plans = plansOf(correlations, limits)
    for (const plan of this.#plans) {
      this.#groups.set(plan, new Map())
      this.#schedules.set(plan, new Schedule())
      for (const [rule, input] of plan.resolved.inputs.entries()) {
        if (input.kind === 'correlation') continue
        const routes = this.#routes.get(input.id) ?? []
        routes.push({ plan, rule })
        this.#routes.set(input.id, routes)
      }
    }
  }

  get groupCount(): number {
    return [...this.#groups.values()].reduce((sum, groups) => sum + groups.size, 0)
  }

  onMatch(match: SequenceMatch): Firing[] {
    const routes = this.#routes.get(match.rule_id)
    if (routes === undefined) return []
    const arrival = arrivalOf(match)
    for (const { plan, rule } of routes) this.#arrive(plan, rule, arrival)
    return this.#takeFirings()
  }

  onWatermark(watermarkUs: number): Firing[] {
    if (watermarkUs <= this.#watermarkUs) return []
    this.#watermarkUs = watermarkUs
    for (const plan of this.#plans) {
      const cutUs = this.#cutUs(plan)
      const schedule = this.#schedules.get(plan)!
      for (const group of schedule.take(cutUs)) this.#decide(group, cutUs, schedule)
    }
    return this.#takeFirings()
  }

  takeChanges(): StateChange[] {
    const changes = [...this.#changed].map(([key, group]) => ({
      key,
      body: group === undefined ? undefined : bodyOf(group),
    }))
    this.#changed.clear()
    return changes.sort((one, other) => (one.key < other.key ? -1 : 1))
  }

  owns(key: string): boolean {
    return key.startsWith(STATE_PREFIX)
  }

  restore(key: string, body: unknown): void {
    const state = body as GroupBody
    const plan = this.#plans.find(({ stateKey }) => key.startsWith(stateKey))
    if (plan === undefined || plan.version !== state.version) {
      this.#changed.set(key, undefined)
      return
    }
    const group = this.#group(plan, state.tenant_id, state.values)
    restoreGroup(group, state)
    this.#heldCount += group.entries.length
    this.#schedules.get(plan)!.add(group.dueUs, group)
  }

  onFiring(firing: Firing): void {
    this.#firings.push(firing)
  }

  onHit({ plan, tenantId, values }: GroupName, entry: Entry, firingId: string): void {
    const { correlation, carries } = plan.resolved
    const { atUs, eventId, about, carried } = entry
    const field = (name: string): string | undefined => {
      const place = correlation.groupBy.indexOf(name)
      return place === -1 ? carried[carries.indexOf(name)] : values[place]
    }
    for (const above of plan.above) {
      this.#arrive(above.plan, above.rule, { tenantId, atUs, eventId, firingId, about, field })
    }
  }

  count(what: Parameters<CountSequence>[0], plan: Plan): void {
    this.#count(what, plan.id)
  }

  #arrive(plan: Plan, rule: number, arrival: Arrival): void {
    const input = plan.resolved.inputs[rule]!
    const values: string[] = []
    for (const name of input.groupFields) {
      const value = arrival.field(name)
      if (value === undefined) return this.count('ungrouped', plan)
      values.push(value)
    }
    const value = valueOf(plan, input.valueFields, arrival)
    if (value === undefined) return this.count('without_value', plan)
    const { atUs, eventId, firingId, about, tenantId } = arrival
    if (atUs < this.#cutUs(plan)) this.count('too_late', plan)
    const group = this.#group(plan, tenantId, values)
    const carried = input.carryFields.map((name) => arrival.field(name) ?? '')
    const before = group.entries.length
    const dueUs = before === 0 ? Infinity : group.dueUs
    group.take({ atUs, rank: rankOf(about.layer), rule, eventId, firingId, value, about, carried })
    if (atUs < dueUs) this.#schedules.get(plan)!.add(group.dueUs, group)
    this.#changed.set(this.#keyOf(group), group)
    this.#heldCount += group.entries.length - before
    const groups = this.#groups.get(plan)!
    if (this.#heldCount > this.#limits.matchesMaxCount && groups.size > 1) this.#evict(groups)
  }

  #group(plan: Plan, tenantId: string, values: readonly string[]): Group {
    const groups = this.#groups.get(plan)!
    const key = keyOf(tenantId, ...values)
    const known = groups.get(key)
    if (known !== undefined) return known
    if (groups.size >= this.#limits.groupsMaxCount) this.#evict(groups)
    const group = new Group(plan, tenantId, values, this.#limits, this)
    groups.set(key, group)
    return group
  }

  #decide(group: Group, cutUs: number, schedule: Schedule<Group>): void {
    const key = this.#keyOf(group)
    const groups = this.#groups.get(group.plan)!
    if (groups.get(group.key) !== group) return
    this.#heldCount -= group.entries.length
    group.decide(cutUs)
    this.#heldCount += group.isOver ? 0 : group.entries.length
    this.#changed.set(key, group)
    if (!group.isOver) return schedule.add(group.dueUs, group)
    groups.delete(group.key)
    this.#changed.set(key, undefined)
  }

  #evict(groups: Map<string, Group>): void {
    let oldest: Group | undefined
    let seenCount = 0
    for (const group of groups.values()) {
      const lastUs = group.entries.at(-1)?.atUs ?? -Infinity
      if (oldest === undefined || lastUs < (oldest.entries.at(-1)?.atUs ?? -Infinity)) {
        oldest = group
      }
      seenCount += 1
      if (seenCount >= EVICTION_SAMPLE_COUNT) break
    }
    assert(oldest !== undefined, 'a full table of groups has a group')
    groups.delete(oldest.key)
    this.#heldCount -= oldest.entries.length
    this.#changed.set(this.#keyOf(oldest), undefined)
    this.count('groups_dropped', oldest.plan)
  }

  #cutUs(plan: Plan): number {
    const cutUs = this.#watermarkUs - this.#limits.horizonUs - plan.inputDelayUs
    return Math.min(cutUs, Number.MAX_SAFE_INTEGER)
  }

  #keyOf({ plan, key }: Group): string {
    return plan.stateKey + key
  }

  #takeFirings(): Firing[] {
    if (this.#firings.length === 0) return []
    const firings = this.#firings
    this.#firings = []
    return firings
  }
}

function arrivalOf(match: SequenceMatch): Arrival {
  const { layer, session_id, agent_id, user_id, server_id, tenant_id, group_by } = match
  const own: Readonly<Record<string, string | null>> = {
    session_id,
    agent_id,
    user_id,
    server_id,
    tenant_id,
  }
  return {
    tenantId: tenant_id,
    atUs: match.occurred_at,
    eventId: match.event_id,
    firingId: '',
    about: {
      layer,
      sessionId: session_id,
      agentId: agent_id,
      userId: user_id,
      serverId: server_id,
    },
    field: (name) => (Object.hasOwn(group_by, name) ? group_by[name] : (own[name] ?? undefined)),
  }
}

/** What the condition reads of an arrival; undefined where it has none. */
function valueOf(
  plan: Plan,
  fields: readonly string[],
  arrival: Arrival,
): number | string | undefined {
  if (plan.value === 'none') return 0
  const values: string[] = []
  for (const name of fields) {
    const value = arrival.field(name)
    if (value === undefined) return undefined
    values.push(value)
  }
  if (plan.value === 'text') return values.length === 1 ? values[0] : keyOf(...values)
  const text = values[0]?.trim() ?? ''
  const number = text === '' ? NaN : Number(text)
  const isUsable = Math.abs(number) <= VALUE_ABS_MAX && !(plan.isNegativeLeftOut && number < 0)
  return isUsable ? number : undefined
}
