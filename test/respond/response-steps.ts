import fc from 'fast-check'

import type { Action } from '#domain/records/index.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { enforcementId } from '../../services/respond/restriction.ts'
import { START_US } from '../support/records.ts'
import { activityInput, actionInput, aSignedDecision, incidentInput } from './response-inputs.ts'
import type { Entry, ResponseWorld } from './response-world.ts'

const SEVERITIES = ['moderate', 'high', 'critical'] as const
const SESSION = { kind: 'session', value: 's-1' } as const
const AGENT = { kind: 'agent', value: 'assistant' } as const
const SERVER = { kind: 'server', value: 'mail' } as const

/** Something that happens. Times only go as the steps say: forward, or a clock that goes back. */
export type Step =
  | { do: 'alert'; severity: (typeof SEVERITIES)[number]; agoS: number }
  | { do: 'time'; minutes: number }
  | { do: 'decide'; decision: string; person: 'ada' | 'ben'; forged: boolean }
  | { do: 'approve'; nth: number; person: 'ada' | 'ben' }
  | { do: 'outcome'; nth: number; phase: 'applied' | 'failed' | 'proven' | 'unproven' }
  | { do: 'activity'; acknowledges: boolean; permitted: number; agoS: number }
  | { do: 'again' }

const person = fc.constantFrom('ada' as const, 'ben' as const)
const agoS = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  fc.integer({ min: -60, max: 7_200 }),
)
const nth = fc.nat(20)
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('alert' as const),
      severity: fc.constantFrom(...SEVERITIES),
      agoS,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('time' as const),
      minutes: fc.constantFrom(0, 1, 30, 300, 2_000, 20_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      decision: fc.constantFrom(
        'release',
        'close',
        'false_positive',
        'review',
        'contain',
        'mitigate',
        'triage',
      ),
      person,
      forged: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('approve' as const), nth, person }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('outcome' as const),
      nth,
      phase: fc.constantFrom(
        'applied' as const,
        'failed' as const,
        'proven' as const,
        'unproven' as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('activity' as const),
      acknowledges: fc.boolean(),
      permitted: fc.nat(9),
      agoS,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'again' as const }) },
)

/** Turns steps into what the log would hold. Only what the world does, never what respond does. */
export class Outside {
  #nowUs = START_US
  #revision = 0
  #alertCount = 0
  #updatedAtUs = START_US
  #permitted = 0
  #decisionCount = 0

  entries(step: Step, world: ResponseWorld): Entry[] {
    if (step.do === 'time') {
      this.#nowUs += step.minutes * MINUTE_US
      return [{ watermarkUs: this.#nowUs }]
    }
    if (step.do === 'alert') return [this.#alert(step)]
    if (step.do === 'activity') return [this.#activity(step)]
    if (step.do === 'again') return world.log.slice(-3)
    if (step.do === 'outcome') return this.#outcome(step, world)
    return this.#decision(step, world)
  }

  #alert({ severity, agoS: ago }: Step & { do: 'alert' }): Entry {
    this.#revision += 1
    this.#alertCount += 1
    this.#updatedAtUs = Math.max(this.#updatedAtUs, this.#nowUs - ago * SECOND_US)
    return incidentInput({
      severity,
      revision: this.#revision,
      updated_at: this.#updatedAtUs,
      alert_ids: Array.from({ length: this.#alertCount }, (_, index) => `a-${index}`),
    })
  }

  #activity({ acknowledges, permitted, agoS: ago }: Step & { do: 'activity' }): Entry {
    this.#permitted += permitted
    const ids = [SESSION, AGENT, SERVER].map((scope) => enforcementId('acme', 'incident-1', scope))
    return activityInput({
      last_at: this.#nowUs - ago * SECOND_US,
      permitted_count: this.#permitted,
      enforcement_ids: acknowledges ? ids : [],
    })
  }

  /** The executor answers one of the actions it was asked for. */
  #outcome({ nth: place, phase }: Step & { do: 'outcome' }, world: ResponseWorld): Entry[] {
    const asked = [...world.actions().values()].filter(
      (one) => one.phase === 'requested' && one.kind !== 'decision',
    )
    const found = asked[place % Math.max(1, asked.length)]
    if (found === undefined) return []
    const answer = { ...found, phase, revision: found.revision + 1, occurred_at: this.#nowUs }
    return [actionInput(answer)]
  }

  #decision(step: Step & { do: 'decide' | 'approve' }, world: ResponseWorld): Entry[] {
    this.#decisionCount += 1
    const differs: Partial<Action> = {
      requested_by: step.person,
      nonce: `n-${this.#decisionCount}`,
      occurred_at: this.#nowUs,
    }
    if (step.do === 'approve') {
      const planned = [...world.actions().values()].filter((one) => one.phase === 'planned')
      const found = planned[step.nth % Math.max(1, planned.length)]
      const target = step.nth % 3 === 0 ? 'gate' : (found?.action_id ?? 'gate')
      return [actionInput(aSignedDecision({ decision: 'approve', target }, differs))]
    }
    const decision = aSignedDecision(PARAMETERS[step.decision] ?? {}, differs)
    return [actionInput(step.forged ? { ...decision, nonce: `${decision.nonce}!` } : decision)]
  }
}

const PARAMETERS: Record<string, Record<string, string>> = {
  release: { decision: 'release' },
  close: { decision: 'close' },
  false_positive: { decision: 'close', as: 'false_positive' },
  review: { decision: 'review' },
  triage: { decision: 'triage', severity: 'moderate' },
  contain: {
    decision: 'contain',
    scope_kind: 'server',
    scope_value: 'mail',
    restriction: 'refuse',
  },
  mitigate: {
    decision: 'mitigate',
    scope_kind: 'content_hash',
    scope_value: 'ab12',
    restriction: 'refuse',
  },
}
