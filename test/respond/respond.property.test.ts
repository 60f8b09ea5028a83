import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import type { Enforcement } from '#domain/records/index.ts'
import { MINUTE_US } from '#domain/time.ts'
import { START_US } from '../support/records.ts'
import { PEOPLE } from './response-inputs.ts'
import { anyStep, Outside, type Step } from './response-steps.ts'
import { ResponseWorld, someOptions, type Entry } from './response-world.ts'

const HOUR_US = 60 * MINUTE_US
const RUNS = process.env['TOCSIN_SOAK'] === undefined ? 150 : 20_000
vi.setConfig({ testTimeout: 30 * 60_000 })

const options = someOptions({ people: PEOPLE })

function run(steps: readonly Step[], after?: (world: ResponseWorld) => void): ResponseWorld {
  const world = new ResponseWorld(options)
  const outside = new Outside()
  for (const one of steps) {
    world.feed(...outside.entries(one, world))
    after?.(world)
  }
  return world
}

const inForce = (world: ResponseWorld): Enforcement[] =>
  [...world.enforcements().values()].filter((one) => one.restriction !== 'none')
const ofIncident = (world: ResponseWorld): Enforcement[] =>
  inForce(world).filter((one) => one.incident_id !== null)

function forAll(property: (steps: Step[]) => void): void {
  const steps = fc.array(anyStep, { minLength: 1, maxLength: 30 })
  fc.assert(fc.property(steps, property), { numRuns: RUNS })
}

test('no incident closes with a restriction in force', () => {
  forAll((steps) => {
    const left: Enforcement[] = []
    run(steps, (world) => {
      const status = world.cases().get('incident-1')?.status
      if (status === 'closed' || status === 'false_positive') left.push(...ofIncident(world))
    })
    expect(left).toEqual([])
  })
})

test('nothing is restricted, and nothing contained, before the evidence is held', () => {
  forAll((steps) => {
    const world = run(steps)
    const heldAt = world.outputs.findIndex(
      ({ schema, value }) =>
        schema === 'actions.v1' && value.kind === 'preserve' && value.phase === 'applied',
    )
    const tooEarly = world.outputs
      .slice(0, heldAt < 0 ? undefined : heldAt)
      .filter(
        ({ schema, value }) =>
          schema === 'enforcement.v1' || (schema === 'cases.v1' && value.status === 'contained'),
      )
    expect(tooEarly).toEqual([])
  })
})

test('back to normal means that nothing of the incident is restricted', () => {
  forAll((steps) => {
    const wrong: unknown[] = []
    run(steps, (world) => {
      const told = world.cases().get('incident-1')
      const isBack = told?.stage === 'normal' || told?.stage === 'cooldown'
      if (isBack && ofIncident(world).length > 0) wrong.push(told)
    })
    expect(wrong).toEqual([])
  })
})

test('every restriction is undone or expires', () => {
  forAll((steps) => {
    const world = run(steps)
    for (const one of inForce(world)) expect(one.expires_at).not.toBeNull()
    const ends = inForce(world).map((one) => one.expires_at ?? 0)
    world.feed({ watermarkUs: Math.max(START_US, ...ends) + 30 * 24 * HOUR_US })
    const end = Math.max(START_US, ...inForce(world).map((one) => one.expires_at ?? 0))
    world.feed({ watermarkUs: end }, { watermarkUs: end + 200 * 24 * HOUR_US })
    expect(inForce(world)).toEqual([])
  })
})

test('each action is applied once, however often anything is said again', () => {
  forAll((steps) => {
    const world = run(steps)
    const written = world.outputs.flatMap(({ schema, value }) =>
      schema === 'actions.v1' && value.kind !== 'decision'
        ? [`${value.action_id} ${value.revision}`]
        : [],
    )
    expect(new Set(written).size).toBe(written.length)
    const holders = inForce(world).map((one) => one.action_id)
    expect(new Set(holders).size).toBe(holders.length)
  })
})

test('what holds, and nothing else, stands behind an action that is in force', () => {
  forAll((steps) => {
    const world = run(steps)
    const alive = new Set(['applied', 'proven', 'unproven', 'ineffective'])
    const acting = [...world.actions().values()].filter(
      (one) => one.kind === 'enforcement' && alive.has(one.phase),
    )
    const byAction = inForce(world).map((one) => one.action_id ?? '')
    expect(byAction.sort()).toEqual(acting.map((one) => one.action_id).sort())
  })
})

test('a forged decision changes nothing', () => {
  forAll((steps) => {
    const isForged = (one: Step): boolean => one.do === 'decide' && one.forged
    const decided = (world: ResponseWorld) => ({
      ...world.cases().get('incident-1'),
      revision: 0,
    })
    const without = steps.filter((one) => !isForged(one) && one.do !== 'again')
    const forged = steps.filter((one) => one.do !== 'again')
    const nonceless = (world: ResponseWorld) => {
      const { decisions, ...rest } = decided(world)
      return { ...rest, decisionCount: decisions?.length }
    }
    expect(nonceless(run(forged))).toEqual(nonceless(run(without)))
  })
})

test('killed anywhere it ends in the same state', () => {
  const steps = fc.array(anyStep, { minLength: 1, maxLength: 30 })
  const chaos = fc.array(fc.constantFrom('go', 'checkpoint', 'kill'), { maxLength: 60 })
  fc.assert(
    fc.property(steps, chaos, (happened, acts) => {
      const calm = run(happened)
      const given = outsideOf(calm)
      const world = new ResponseWorld(options)
      let place = 0
      for (const entry of given) {
        world.log.push(entry)
        for (let more = true; more;) {
          const act = acts[place++ % Math.max(1, acts.length)] ?? 'go'
          if (act === 'checkpoint') world.checkpoint()
          if (act === 'kill' && place < 500) world.kill()
          more = world.readOne()
        }
      }
      world.checkpoint()
      world.kill()
      world.feed()
      expect(finalState(world)).toEqual(finalState(calm))
    }),
    { numRuns: RUNS },
  )
})

/** What the log got from outside, in order. */
function outsideOf(world: ResponseWorld): Entry[] {
  const own = new Set<unknown>(world.outputs)
  return world.log.filter((entry) => !own.has(entry))
}

function finalState(world: ResponseWorld) {
  const { revision: _, ...told } = world.cases().get('incident-1') ?? { revision: 0 }
  const actions = [...world.actions().values()].filter((one) => one.kind !== 'decision')
  return {
    told,
    actions: actions.map((one) => `${one.action_id} ${one.kind} ${one.scope} ${one.phase}`).sort(),
    restrictions: [...world.enforcements().values()]
      .map(({ revision: __, ...one }) => JSON.stringify(one))
      .sort(),
  }
}
