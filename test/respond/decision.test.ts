import { describe, expect, test } from 'vitest'

import type { Action } from '#domain/records/index.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { killSwitchId } from '../../services/respond/kill-switch.ts'
import { signDecision } from '../../services/respond/people.ts'
import { START_US } from '../support/records.ts'
import {
  actionInput,
  aDecision,
  aSignedDecision,
  incidentInput,
  KEYS,
  PEOPLE,
} from './response-inputs.ts'
import { ResponseWorld, someOptions } from './response-world.ts'

const HOUR_US = 60 * MINUTE_US
const later = (hours: number) => ({ watermarkUs: START_US + hours * HOUR_US })

const withPeople = () => new ResponseWorld(someOptions({ people: PEOPLE }))
const critical = () => withPeople().feed(incidentInput({ severity: 'critical' }))
const theCase = (world: ResponseWorld) => world.cases().get('incident-1')
const decide = (world: ResponseWorld, ...decisions: Action[]) =>
  world.feed(...decisions.map(actionInput))

/** What became of the decisions, in order: their outcome, or the phase of those that count. */
const answers = (world: ResponseWorld): string[] =>
  world.outputs.flatMap(({ schema, value }) =>
    schema === 'actions.v1' && value.kind === 'decision' ? [value.outcome ?? value.phase] : [],
  )

function waitingFor(world: ResponseWorld, step: string): string {
  const found = [...world.actions().values()].find((one) => one.parameters['step'] === step)
  if (found === undefined) throw new TypeError(`no action ${step}`)
  return found.action_id
}

describe('a notice that waits for a person', () => {
  const approval = (world: ResponseWorld, differs: Partial<Action> = {}) =>
    aSignedDecision(
      { decision: 'approve', target: waitingFor(world, 'tell-affected-users') },
      differs,
    )
  const sensitive = () =>
    withPeople().feed(
      incidentInput({ severity: 'critical', severity_reasons: ['data_left: a rule'] }),
    )

  test('is not sent by itself', () => {
    const world = sensitive()
    expect(world.actionLines()).toContain('notify affected-users planned')
    expect(theCase(world)?.awaiting[0]).toContain('tell-affected-users')
  })

  test('is sent once a person approves', () => {
    const world = sensitive()
    decide(world, approval(world))
    expect(world.actionLines()).toContain('notify affected-users requested')
    expect(theCase(world)?.awaiting).toEqual([])
  })

  test('is never sent once a person denies it', () => {
    const world = sensitive()
    const target = waitingFor(world, 'tell-affected-users')
    decide(world, aSignedDecision({ decision: 'deny', target }))
    decide(world, approval(world))
    expect(world.actionLines()).toContain('notify affected-users denied')
    expect(answers(world)).toEqual(['applied', 'NO_SUCH_ACTION'])
  })

  test.for([
    {
      why: 'signed by somebody else',
      forge: (one: Action) => signDecision(one, KEYS['ben']!),
      refused: 'BAD_SIGNATURE',
    },
    {
      why: 'changed after signing',
      forge: (one: Action) => ({ ...one, occurred_at: one.occurred_at + 1 }),
      refused: 'BAD_SIGNATURE',
    },
    {
      why: 'in the name of somebody nobody knows',
      forge: (one: Action) => ({ ...one, requested_by: 'eve' }),
      refused: 'UNKNOWN_PERSON',
    },
    {
      why: 'not signed',
      forge: (one: Action) => ({ ...one, signature: null }),
      refused: 'UNSIGNED',
    },
  ])('a forged approval, $why, is refused: $refused', ({ forge, refused }) => {
    const world = sensitive()
    decide(world, forge(approval(world)))
    expect(answers(world)).toEqual([refused])
    expect(world.actionLines()).toContain('notify affected-users planned')
  })

  test('an approval replayed is refused, and hides nothing of the real one', () => {
    const world = sensitive()
    const real = approval(world)
    decide(world, real, real)
    expect(answers(world)).toEqual(['applied', 'REPLAYED'])
    expect(world.actions().get(real.action_id)?.phase).toBe('applied')
  })

  test("another incident's approval is refused here", () => {
    const world = sensitive()
    const target = waitingFor(world, 'tell-affected-users')
    const other = aSignedDecision({ decision: 'approve', target }, { incident_id: 'incident-2' })
    decide(world, { ...other, incident_id: 'incident-1' })
    expect(answers(world)).toEqual(['BAD_SIGNATURE'])
  })
})

describe('the kill switch', () => {
  const turn = (direction: 'on' | 'off', person: string) =>
    aSignedDecision(
      { decision: 'kill-switch', server: 'mail', turn: direction },
      { requested_by: person, nonce: `${direction} ${person}` },
    )

  test('one person is not enough', () => {
    const world = decide(withPeople(), turn('off', 'ada'))
    expect(world.restrictions()).toEqual([])
  })

  test('the same person twice is one person', () => {
    const again = aSignedDecision(
      { decision: 'kill-switch', server: 'mail', turn: 'off' },
      { nonce: 'once more' },
    )
    const world = decide(withPeople(), turn('off', 'ada'), again)
    expect(answers(world)).toEqual(['applied', 'ALREADY_APPROVED'])
    expect(world.restrictions()).toEqual([])
  })

  test('two people turn a server off, evidence held first, and two turn it on again', () => {
    const world = decide(withPeople(), turn('off', 'ada'), turn('off', 'ben'))
    expect(world.restrictions()).toEqual(['server:mail refuse'])
    const [restriction] = world.enforcements().values()
    expect(restriction).toMatchObject({ incident_id: null, expires_at: null })
    decide(world, turn('on', 'ben'))
    expect(world.restrictions()).toEqual(['server:mail refuse'])
    decide(world, turn('on', 'ada'))
    expect(world.restrictions()).toEqual([])
    expect(world.cases().get(killSwitchId('acme', 'mail'))).toBeUndefined()
  })

  test('where nobody has a key two people cannot be told apart', () => {
    const decision = aDecision({ decision: 'kill-switch', server: 'mail', turn: 'off' })
    const world = decide(new ResponseWorld(), decision)
    expect(answers(world)).toEqual(['TWO_PEOPLE_NEEDED'])
  })
})

describe('recovery', () => {
  const release = (nonce: string) => aSignedDecision({ decision: 'release' }, { nonce })
  const high = () => withPeople().feed(incidentInput({ severity: 'high' }), later(1))

  test('begins with a person, and gives back in stages', () => {
    const world = decide(high(), release('begin'))
    expect(theCase(world)).toMatchObject({ status: 'recovering', stage: 'restricted' })
    expect(world.restrictions()).toEqual(['agent:assistant read_only'])
    world.feed(later(2))
    expect(theCase(world)).toMatchObject({ stage: 'limited' })
    expect(world.restrictions()).toEqual(['agent:assistant declared_tools'])
    expect([...world.enforcements().values()].at(-1)?.tool_names).toEqual(['read_inbox'])
  })

  test('a gate that needs a person stays shut without one', () => {
    const world = decide(high(), release('begin')).feed(later(2), later(40))
    expect(theCase(world)).toMatchObject({ stage: 'limited' })
    decide(world, aSignedDecision({ decision: 'approve', target: 'gate' }))
    world.feed(later(41))
    expect(theCase(world)).toMatchObject({ stage: 'normal' })
    expect(world.restrictions()).toEqual([])
  })

  test('a related alert at any stage falls back to containment, and recovery starts over', () => {
    const world = decide(high(), release('begin')).feed(
      later(2),
      incidentInput({ revision: 2, updated_at: START_US + 3 * HOUR_US }),
    )
    expect(theCase(world)).toMatchObject({ status: 'contained', stage: null })
    expect(world.restrictions()).toEqual(['agent:assistant read_only', 'session:s-1 refuse'])
    decide(world, release('again'))
    expect(theCase(world)).toMatchObject({ stage: 'restricted' })
  })

  test('a graver severity falls back too, whenever its alert was', () => {
    const world = new ResponseWorld().feed(
      incidentInput({ severity: 'moderate', updated_at: START_US + SECOND_US }),
      incidentInput({ severity: 'critical', revision: 2, updated_at: START_US + SECOND_US }),
    )
    expect(theCase(world)).toMatchObject({ status: 'contained', stage: null, severity: 'critical' })
    expect(theCase(world)?.contained_at).toBe(START_US + SECOND_US)
    world.feed(later(30))
    expect(theCase(world)).toMatchObject({ stage: null })
  })

  test('an alert about the time before the stage does not', () => {
    const world = decide(high(), release('begin')).feed(
      incidentInput({ revision: 2, updated_at: START_US + SECOND_US }),
    )
    expect(theCase(world)).toMatchObject({ stage: 'restricted' })
  })

  test('what was not recovered is not closed; a false positive is, and all is lifted', () => {
    const world = high()
    decide(world, aSignedDecision({ decision: 'close' }, { nonce: 'too early' }))
    expect(answers(world)).toEqual(['NOT_POSSIBLE_NOW'])
    decide(world, aSignedDecision({ decision: 'close', as: 'false_positive' }))
    expect(theCase(world)).toMatchObject({ status: 'false_positive' })
    expect(world.restrictions()).toEqual([])
  })

  test('a gate with a check waits until credentials are rotated, with proof', () => {
    const world = decide(critical().feed(later(1)), release('begin')).feed(later(5))
    decide(world, aSignedDecision({ decision: 'approve', target: 'gate' }))
    world.feed(later(6))
    expect(theCase(world)).toMatchObject({ stage: 'limited' })
    decide(world, release('gate two')).feed(later(60))
    expect(theCase(world)).toMatchObject({ stage: 'limited' })
    const proof = 'the old key is refused'
    const rotated = { decision: 'rotate', credential: 'mail-key', proof }
    decide(world, aSignedDecision(rotated)).feed(later(61))
    expect(theCase(world)).toMatchObject({ stage: 'normal' })
  })

  test('moderate closes by itself after its quiet time, which every alert begins anew', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'moderate' }), later(23))
    world.feed(
      incidentInput({ severity: 'moderate', revision: 2, updated_at: START_US + 20 * HOUR_US }),
      later(43),
    )
    expect(theCase(world)).toMatchObject({ status: 'recovering', stage: 'cooldown' })
    world.feed(later(48))
    expect(theCase(world)).toMatchObject({ status: 'closed' })
  })
})

describe('restrictions by hand', () => {
  const byHand = (decision: string, differs: Record<string, string> = {}) =>
    aSignedDecision({
      decision,
      scope_kind: 'content_hash',
      scope_value: 'ab12',
      restriction: 'refuse',
      ...differs,
    })

  test('a mitigation outlives the case, and eradicates', () => {
    const world = decide(critical(), byHand('mitigate'))
    expect(theCase(world)).toMatchObject({ status: 'eradicated' })
    decide(world, aSignedDecision({ decision: 'close', as: 'false_positive' }))
    expect(world.restrictions()).toEqual(['content_hash:ab12 refuse'])
  })

  test('what a person contains ends with the case', () => {
    const world = decide(critical(), byHand('contain'))
    expect(world.restrictions()).toContain('content_hash:ab12 refuse')
    decide(world, aSignedDecision({ decision: 'close', as: 'false_positive' }))
    expect(world.restrictions()).toEqual([])
  })

  test('a server taken out for good needs two people', () => {
    const forever = { scope_kind: 'server', scope_value: 'files', ttl_s: 'never' }
    const world = decide(critical(), byHand('mitigate', forever))
    expect(world.restrictions()).not.toContain('server:files refuse')
    const target = waitingFor(world, 'mitigate-refuse')
    decide(world, aSignedDecision({ decision: 'approve', target }, { requested_by: 'ben' }))
    expect(world.restrictions()).toContain('server:files refuse')
  })

  test('a restriction that is none is refused', () => {
    const world = decide(critical(), byHand('contain', { restriction: 'everything' }))
    expect(answers(world)).toEqual(['BAD_PARAMETERS'])
  })
})

test('a person may rate an incident down; a graver finding alone raises it again', () => {
  const world = decide(critical(), aSignedDecision({ decision: 'triage', severity: 'high' }))
  expect(theCase(world)).toMatchObject({ severity: 'high' })
  world.feed(incidentInput({ severity: 'critical', revision: 2, updated_at: START_US + SECOND_US }))
  expect(theCase(world)).toMatchObject({ severity: 'high' })
})
