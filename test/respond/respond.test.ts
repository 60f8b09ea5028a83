import { describe, expect, test } from 'vitest'

import type { Incident } from '#domain/records/index.ts'
import { MINUTE_US, SECOND_US } from '#domain/time.ts'
import { enforcementId } from '../../services/respond/restriction.ts'
import { START_US } from '../support/records.ts'
import { activityInput, actionInput, aDecision, incidentInput } from './response-inputs.ts'
import { ResponseWorld, someOptions } from './response-world.ts'

const HOUR_US = 60 * MINUTE_US
const SESSION = { kind: 'session', value: 's-1' } as const
const SESSION_RESTRICTION = enforcementId('acme', 'incident-1', SESSION)
const at = (seconds: number): number => START_US + seconds * SECOND_US

const theCase = (world: ResponseWorld) => world.cases().get('incident-1')

describe('containment by severity', () => {
  test('moderate: evidence is held, the session watched, the queue told, nobody stopped', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'moderate' }))
    expect(world.restrictions()).toEqual([])
    expect(world.actionLines()).toEqual([
      'notify queue requested',
      'preserve applied',
      'watch session:s-1 applied',
    ])
  })

  test('high: this session alone is stopped, the agent reads only, the server goes on', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'high' }))
    expect(world.restrictions()).toEqual(['agent:assistant read_only', 'session:s-1 refuse'])
    expect(theCase(world)).toMatchObject({ status: 'contained', playbook: 'high' })
  })

  test('critical: server, session and agent are stopped, tokens revoked, people told', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'critical' }))
    expect(world.restrictions()).toEqual([
      'agent:assistant refuse',
      'server:mail refuse',
      'session:s-1 refuse',
    ])
    expect(world.actionLines()).toContain('oauth-revocation agent:assistant requested')
    expect(world.actionLines()).toContain('notify legal requested')
  })

  test('evidence first, then restrictions, revocations, notices', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'critical' }))
    const kinds = world.outputs.flatMap(({ schema, value }) =>
      schema === 'actions.v1' ? [value.kind] : [],
    )
    const order = ['preserve', 'enforcement', 'oauth-revocation', 'rotation', 'analysis', 'notify']
    expect([...new Set(kinds)]).toEqual(order)
    expect(world.outputs[0]).toMatchObject({ value: { kind: 'preserve' } })
  })

  test('a severity raised later adds what is missing and repeats nothing', () => {
    const world = new ResponseWorld().feed(
      incidentInput({ severity: 'high' }),
      incidentInput({ severity: 'critical', revision: 2, updated_at: at(5) }),
    )
    expect(world.restrictions()).toContain('server:mail refuse')
    expect(world.restrictions()).toContain('agent:assistant refuse')
    const holds = world.actionLines().filter((line) => line.startsWith('preserve'))
    expect(holds).toEqual(['preserve applied'])
    expect(theCase(world)).toMatchObject({ severity: 'critical', playbook: 'critical' })
  })

  test('a severity that falls is not lowered by itself', () => {
    const world = new ResponseWorld().feed(
      incidentInput({ severity: 'critical' }),
      incidentInput({ severity: 'high', revision: 2 }),
    )
    expect(world.restrictions()).toContain('server:mail refuse')
    expect(theCase(world)).toMatchObject({ severity: 'critical' })
  })

  test('an agent nobody knows escalates what could not be restricted', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'high', agent_ids: [] }))
    expect(theCase(world)?.escalations).toEqual(['agent-reads-only: no agent is known'])
  })

  test('the blast radius is what the agent is permitted', () => {
    const world = new ResponseWorld().feed(incidentInput())
    const reached = ['credential:mail-key', 'server:mail', 'tool:read_inbox']
    expect(theCase(world)?.blast_radius).toEqual(reached)
  })

  test('an older revision of an incident changes nothing', () => {
    const world = new ResponseWorld().feed(incidentInput({ revision: 2 }))
    const count = world.outputs.length
    world.feed(incidentInput({ revision: 1, severity: 'critical' }))
    expect(world.outputs).toHaveLength(count)
  })
})

describe('proof', () => {
  const contained = () => new ResponseWorld().feed(incidentInput({ severity: 'high' }))
  const acknowledged = (differs = {}) =>
    activityInput({
      last_at: at(1),
      permitted_count: 3,
      enforcement_ids: [SESSION_RESTRICTION],
      ...differs,
    })
  const refusals = activityInput({
    last_at: at(20),
    permitted_count: 3,
    refused_count: 4,
    enforcement_ids: [SESSION_RESTRICTION],
  })
  const late = { watermarkUs: at(60) }
  const phaseOf = (world: ResponseWorld) =>
    [...world.actions().values()].find((one) => one.scope === 'session:s-1')?.phase

  test.for([
    { why: 'nobody acknowledges', entries: [late], phase: 'unproven' },
    { why: 'the tap acknowledges', entries: [acknowledged(), late], phase: 'proven' },
    { why: 'the tap refuses calls', entries: [acknowledged(), refusals, late], phase: 'proven' },
    {
      why: 'a call was on its way',
      entries: [acknowledged(), acknowledged({ permitted_count: 4, last_at: at(2) }), late],
      phase: 'proven',
    },
    {
      why: 'a call is permitted after it',
      entries: [acknowledged(), acknowledged({ permitted_count: 4, last_at: at(10) })],
      phase: 'ineffective',
    },
    {
      why: 'a second way is open, on another server',
      entries: [
        acknowledged(),
        activityInput({ server_id: 'files', first_at: at(9), last_at: at(10) }),
      ],
      phase: 'ineffective',
    },
    {
      why: 'its own process still sends',
      entries: [
        acknowledged(),
        activityInput({ layer: 'network', flow_count: 1, first_at: at(9), last_at: at(10) }),
      ],
      phase: 'ineffective',
    },
    {
      why: 'another session goes on',
      entries: [acknowledged(), activityInput({ session_id: 's-2', last_at: at(10) }), late],
      phase: 'proven',
    },
  ])('$why: $phase', ({ entries, phase: expected }) => {
    expect(phaseOf(contained().feed(...entries))).toBe(expected)
  })

  test('when it was acknowledged is when the case was contained', () => {
    const agent = enforcementId('acme', 'incident-1', { kind: 'agent', value: 'assistant' })
    const both = acknowledged({ enforcement_ids: [SESSION_RESTRICTION, agent] })
    expect(theCase(contained().feed(both))?.contained_at).toBe(at(1))
  })

  test('what is ineffective escalates, tells the commander, and takes the stronger step', () => {
    const leak = acknowledged({ permitted_count: 4, last_at: at(10) })
    const world = contained().feed(acknowledged(), leak)
    expect(theCase(world)?.escalations).toEqual(['ineffective: suspend-session session:s-1'])
    expect(world.restrictions()).toContain('server:mail refuse')
    expect(world.actionLines()).toContain('notify session:s-1 requested')
  })

  test.for(['failed', 'unproven', 'ineffective'] as const)(
    'what is %s outside escalates',
    (phase) => {
      const world = new ResponseWorld().feed(incidentInput({ severity: 'critical' }))
      const revocation = [...world.actions().values()].find(
        (one) => one.kind === 'oauth-revocation',
      )
      if (revocation === undefined) throw new TypeError('no revocation was asked for')
      world.feed(actionInput({ ...revocation, phase, revision: revocation.revision + 1 }))
      const line = `${phase}: revoke-tokens agent:assistant`
      expect(theCase(world)?.escalations).toContain(line)
    },
  )
})

describe('time', () => {
  test('a restriction ends by itself, and that is told', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'high' }), {
      watermarkUs: at(0) + 72 * HOUR_US - 1,
    })
    expect(world.restrictions()).toHaveLength(2)
    world.feed({ watermarkUs: at(0) + 72 * HOUR_US })
    expect(world.restrictions()).toEqual([])
    expect(theCase(world)).toMatchObject({ status: 'triaged' })
    expect(theCase(world)?.escalations).toContain('expired: suspend-session session:s-1')
  })

  test('a further alert renews it', () => {
    const world = new ResponseWorld().feed(
      incidentInput({ severity: 'high' }),
      incidentInput({ severity: 'high', revision: 2, updated_at: at(0) + HOUR_US }),
      { watermarkUs: at(0) + 72 * HOUR_US },
    )
    expect(world.restrictions()).toHaveLength(2)
  })

  test('the end of the input is no time: timers go to the last event and the horizon', () => {
    const world = new ResponseWorld().feed(incidentInput(), { watermarkUs: Infinity })
    expect(world.restrictions()).toHaveLength(2)
  })

  test('the review has a clock, and an alarm before it runs out', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'moderate' }))
    expect(theCase(world)?.review_due_at).toBe(at(0) + 72 * HOUR_US)
    world.feed({ watermarkUs: at(0) + 48 * HOUR_US })
    expect(theCase(world)?.escalations).toEqual(['the review is due'])
    world.feed(actionInput(aDecision({ decision: 'review' })))
    expect(theCase(world)?.review_due_at).toBeNull()
    world.feed({ watermarkUs: at(0) + 73 * HOUR_US })
    expect(theCase(world)?.escalations).toEqual(['the review is due'])
  })

  test('a review that nobody has written when its time is over is told once more', () => {
    const world = new ResponseWorld().feed(incidentInput({ severity: 'moderate' }))
    world.feed({ watermarkUs: at(0) + 72 * HOUR_US - 1 })
    expect(theCase(world)?.escalations).toEqual(['the review is due'])
    world.feed({ watermarkUs: at(0) + 72 * HOUR_US }, { watermarkUs: at(0) + 99 * HOUR_US })
    expect(theCase(world)?.escalations).toEqual(['the review is due', 'the review is overdue'])
    const told = [...world.actions().values()].map(({ parameters }) => parameters['step'])
    expect(told.filter((step) => step === 'review-overdue')).toHaveLength(1)
  })
})

test('after a crash what is told is newer than what was told before it', () => {
  const before = new ResponseWorld().feed(
    incidentInput({ severity: 'moderate' }),
    incidentInput({ severity: 'critical', revision: 2, updated_at: at(1) }),
  )
  const revisionOf = (world: ResponseWorld): number => theCase(world)?.revision ?? 0
  const own = before.log.filter(
    (entry) => !('watermarkUs' in entry) && ['cases.v1', 'enforcement.v1'].includes(entry.schema),
  )
  const after = new ResponseWorld().feed(...own)
  expect(after.outputs).toEqual([])
  after.checkpoint()
  after.kill()
  after.feed(incidentInput({ severity: 'critical', revision: 2, updated_at: at(1) }))
  expect(revisionOf(after)).toBeGreaterThan(revisionOf(before))
  expect(after.enforcements().size).toBeGreaterThan(0)
  for (const [id, { revision }] of after.enforcements())
    expect(revision).toBeGreaterThan(before.enforcements().get(id)?.revision ?? 0)
})

describe('a replay', () => {
  const replayed = () => new ResponseWorld(someOptions({ isLive: false }))

  test('plans what acts outside, and publishes restrictions', () => {
    const world = replayed().feed(incidentInput({ severity: 'critical' }))
    expect(world.restrictions()).toHaveLength(3)
    expect(world.actionLines()).toContain('oauth-revocation agent:assistant planned')
    expect(world.actionLines().filter((line) => line.endsWith('requested'))).toEqual([])
  })

  test('comes to the same case whatever provisional forms were seen', () => {
    const critical = (differs: Partial<Incident>) =>
      incidentInput({
        severity: 'critical',
        updated_at: at(9),
        server_ids: ['files', 'mail'],
        ...differs,
      })
    const told = (world: ResponseWorld) => ({ ...theCase(world), revision: 0 })
    const once = replayed().feed(critical({ revision: 3 }))
    const stepwise = replayed().feed(
      incidentInput({ severity: 'moderate', opened_at: at(4), updated_at: at(4) }),
      { watermarkUs: at(4) },
      incidentInput({ severity: 'high', revision: 2, updated_at: at(9) }),
      critical({ revision: 3 }),
      { watermarkUs: Infinity },
    )
    expect(told(stepwise)).toEqual(told(once))
    expect(told(once)).toMatchObject({ status: 'contained', contained_at: START_US })
  })
})
