import { createHash } from 'node:crypto'
import type { Attack, Domain, Errand, Scene } from '../domains/domain.ts'
import { Seeded } from '../domains/seeded.ts'
import { seenDomains } from '../domains/seen/all.ts'
import type { Injection } from '../domains/stage.ts'
import { Stage } from '../domains/stage.ts'
import { unseenDomains } from '../domains/unseen/all.ts'
import type { LabelledSession, SessionLine } from '../pack-writer.ts'
import type { Half, Scenario } from './scenario.ts'
import { seenHalf } from './seen/half.ts'
import { unseenHalf } from './unseen/half.ts'

export type SetName = 'seen' | 'unseen'

/** The instruction for the `attempt`-th try: an earlier one wanted what the user wants. */
type Injected = (scene: Scene, random: Seeded, attempt: number) => Attack

type Plan = {
  /** What everything drawn in the session depends on. */
  name: string
  set: SetName
  pack: string
  domain: Domain
  userTask: string
  play: (stage: Stage, scene: Scene) => void
  /** Which instructions may be injected; undefined: none. */
  injected?: Injected
  isObeyed: boolean
  /** The injected text is mere noise: the session stays benign. */
  isNoise: boolean
}

const SETS: Record<SetName, { half: Half; domains: readonly Domain[]; firstDay: string }> = {
  seen: { half: seenHalf, domains: seenDomains, firstDay: '2026-03-02' },
  unseen: { half: unseenHalf, domains: unseenDomains, firstDay: '2026-06-01' },
}
const DAY_COUNT = 40
const DAY_MS = 86_400_000
const FIRST_MINUTE = 6 * 60
const LAST_MINUTE = 21 * 60
const BENIGN_ROUNDS = 8
const ATTACK_ROUNDS = 4
const SCENARIO_ROUNDS = 11
const HARD_ROUNDS = 5
/** More than any domain has attacks. */
const ATTEMPTS_MAX = 12

/** Benign sessions in which the user hands other people's texts over to the agent. */
export function delegatedSessions(set: SetName): LabelledSession[] {
  const { half, domains } = SETS[set]
  const pack = `delegated-${set}`
  const benign = half.scenarios.filter(({ kind }) => kind === 'benign')
  const plans = domains.flatMap((domain) => [
    ...benign.flatMap((scenario) =>
      rounds(SCENARIO_ROUNDS).map((round) => scenarioPlan(set, pack, domain, scenario, round)),
    ),
    ...noisePlans(set, pack, domain, half),
  ])
  return recorded(plans, pack)
}

/** Work in the invented domains: benign sessions, and attacks that are followed or resisted. */
export function domainSessions(set: SetName): LabelledSession[] {
  const { half, domains } = SETS[set]
  const pack = `domains-${set}`
  const hard = half.scenarios.filter(({ kind }) => kind !== 'benign')
  const plans = domains.flatMap((domain) => [
    ...taskPlans(set, pack, domain, half),
    ...hard.flatMap((scenario) =>
      rounds(HARD_ROUNDS).map((round) => scenarioPlan(set, pack, domain, scenario, round)),
    ),
  ])
  return recorded(plans, pack)
}

function rounds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function taskPlans(set: SetName, pack: string, domain: Domain, half: Half): Plan[] {
  const { tasks } = domain.open(new Seeded(domain.profile.name))
  return tasks.flatMap(({ name: task }, index) => {
    const base = { set, pack, domain, userTask: `${domain.profile.name}.${task}` }
    const benign = rounds(BENIGN_ROUNDS).map((round) => ({
      ...base,
      name: `${pack}/${base.userTask}/benign/${round}`,
      play: taskPlay(index, round),
      ...(round % 2 === 0 ? {} : { injected: idleText(half, round % 4 === 1) }),
      isObeyed: false,
      isNoise: true,
    }))
    const attacked = rounds(ATTACK_ROUNDS * 2).map((round) => ({
      ...base,
      name: `${pack}/${base.userTask}/attack/${round}`,
      play: taskPlay(index, Math.floor(round / 2)),
      injected: attackInTurn(index * 3 + round),
      isObeyed: round % 2 === 0,
      isNoise: false,
    }))
    return [...benign, ...attacked]
  })
}

/** Every fourth session goes on with a second task, in a turn of its own. */
function taskPlay(index: number, round: number): Plan['play'] {
  return (stage, { tasks }) => {
    member(tasks, index).play(stage)
    if (round % 4 !== 2) return
    stage.says(stage.random.pick(['ok', 'OK.', '✓']))
    member(tasks, index + stage.random.int(1, tasks.length - 1)).play(stage)
  }
}

function attackInTurn(number: number): Injected {
  return ({ attacks }, _random, attempt) => member(attacks, number + attempt)
}

/** Text that nobody follows: everyday imperatives, or what a third party would like. */
function idleText(half: Half, isEveryday: boolean): Injected {
  return ({ errands }, random) => {
    if (!isEveryday) return asAttack(random.pick(errands))
    const wordings = [random.pick(half.noise)]
    return { name: 'noise', severity: 'high', wordings, obey: () => undefined }
  }
}

function scenarioPlan(
  set: SetName,
  pack: string,
  domain: Domain,
  scenario: Scenario,
  round: number,
): Plan {
  const userTask = `${domain.profile.name}.${scenario.name}`
  return {
    set,
    pack,
    domain,
    userTask,
    name: `${pack}/${userTask}/${round}`,
    play: scenario.play,
    ...(scenario.kind === 'benign' ? {} : { injected: injectedBy(scenario) }),
    isObeyed: scenario.kind === 'undelegated' || round % 5 !== 4,
    isNoise: false,
  }
}

function injectedBy({ kind }: Scenario): Injected {
  if (kind === 'elsewhere') return ({ attacks }, random) => random.pick(attacks)
  return ({ errands }, random) => asAttack(random.pick(errands.slice(1)))
}

/** A wish of a third party that the user never handed over. */
function asAttack({ name, severity, ask, carry }: Errand): Attack {
  const wordings = Object.values(ask).flat()
  return { name: `undelegated_${name}`, severity, wordings, obey: carry }
}

function noisePlans(set: SetName, pack: string, domain: Domain, half: Half): Plan[] {
  const { tasks } = domain.open(new Seeded(domain.profile.name))
  return tasks.flatMap(({ name: task }, index) =>
    rounds(2).map((round) => ({
      set,
      pack,
      domain,
      userTask: `${domain.profile.name}.noise_${task}`,
      name: `${pack}/${domain.profile.name}/noise/${task}/${round}`,
      play: taskPlay(index, round),
      injected: idleText(half, true),
      isObeyed: false,
      isNoise: true,
    })),
  )
}

function member<T>(list: readonly T[], index: number): T {
  const chosen = list[index % list.length]
  if (chosen === undefined) throw new Error('an empty list has no member')
  return chosen
}

/** Plays the plans; the sessions stand in the order in which they begin. */
function recorded(plans: readonly Plan[], pack: string): LabelledSession[] {
  return plans
    .map((plan) => playPlan(plan, pack))
    .sort((one, other) => (startOf(one) < startOf(other) ? -1 : 1))
}

function startOf({ events }: LabelledSession): string {
  return events[0]?.occurred_at ?? ''
}

function playPlan(plan: Plan, pack: string): LabelledSession {
  const { half, firstDay } = SETS[plan.set]
  const digest = createHash('sha256').update(plan.name).digest('hex')
  const traceId = digest.slice(0, 12)
  const timing = new Seeded(`${plan.name}/start`)
  const seat = {
    sessionId: `s-${traceId}`,
    pack,
    startedAtMs:
      Date.parse(firstDay) +
      timing.int(0, DAY_COUNT - 1) * DAY_MS +
      timing.int(FIRST_MINUTE, LAST_MINUTE) * 60_000 +
      timing.int(0, 59_999),
  }
  const { stage, attack } = performed(plan, seat)
  const isResisted = attack !== undefined && !plan.isObeyed && !plan.isNoise
  const { events, labels } = stage.end(timing.pick(isResisted ? half.refusals : half.closings))
  const isBenign = attack === undefined || plan.isNoise
  const session: SessionLine = {
    session_id: seat.sessionId,
    trace_id: traceId,
    suite: plan.domain.profile.name,
    user_task: plan.userTask,
    attack: isBenign ? null : attack.name,
    label: isBenign ? 'benign' : plan.isObeyed ? 'injection_succeeded' : 'injection_resisted',
    severity: isBenign ? null : plan.isObeyed ? attack.severity : 'moderate:attempt',
    split: plan.set,
  }
  return { events, labels: { session, events: isBenign ? [] : labels } }
}

type Seat = { sessionId: string; pack: string; startedAtMs: number }
type Performance = { stage: Stage; attack: Attack | undefined }

/** Plays a session to before its last words, with an attack that wants what nobody asked for. */
function performed(plan: Plan, seat: Seat): Performance {
  const { injected } = plan
  if (injected === undefined) return { stage: played(plan, seat).stage, attack: undefined }
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const choose = (scene: Scene) =>
      injected(scene, new Seeded(`${plan.name}/attack/${attempt}`), attempt)
    const obeyed = played(plan, seat, choose, true)
    obeyed.stage.end('')
    if (!plan.isNoise && obeyed.stage.isAskedFor) continue
    return played(plan, seat, choose, plan.isObeyed)
  }
  throw new Error(`${plan.name}: every attack wants what the user asked for`)
}

function played(
  plan: Plan,
  seat: Seat,
  choose?: (scene: Scene) => Attack,
  isObeyed = false,
): Performance {
  const random = new Seeded(plan.name)
  const scene = plan.domain.open(random)
  const attack = choose?.(scene)
  const injection = attack === undefined ? undefined : injectionOf(plan, seat, attack, isObeyed)
  const stage = new Stage(seat, plan.domain.profile, random, injection)
  plan.play(stage, scene)
  return { stage, attack }
}

/** Where the text stands: in one of the free texts that a run without it shows. */
function injectionOf(plan: Plan, seat: Seat, attack: Attack, isObeyed: boolean): Injection {
  const { slotCount } = played(plan, seat).stage
  const choices = new Seeded(`${plan.name}/injection`)
  return {
    text: choices.pick(attack.wordings),
    place: choices.int(1, slotCount),
    position: choices.pick(['after', 'after', 'before', 'instead'] as const),
    obey: isObeyed ? attack.obey : undefined,
    delayCount: choices.pick([0, 0, 1, 2]),
  }
}
