import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { attackOnce, enrol, mailsReceived, type AttackRun } from './attack.ts'
import { startAuthorization, type AuthorizationServer } from './authorization.ts'
import { measure, type Measured } from './measure.ts'
import { startPipeline, type LaneName, type Pipeline } from './pipeline.ts'
import { play, judgePlays, type Judged, type Played } from './play.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { startMail, type StageWorld } from './stage.ts'

/** What one pipeline, embedded or on Kafka, was put through. */
export type LaneResult = {
  lane: LaneName
  attacks: Measured[]
  scenarios: Judged[]
  /** Whether the machine's clock was set meanwhile: then the taps' clocks were, too. */
  isClockSteady: boolean
}

export type LanePlan = {
  lane: LaneName
  directory: string
  runsCount: number
  scenarios: readonly Scenario[]
  onProgress: (doing: string, done: number, total: number) => void
}

const PLAYS_AT_ONCE = 3
/** A restriction is proven 30 s after it was acknowledged (the playbooks' `prove_within`). */
const PROVEN_AFTER_MS = 40_000
/** A revocation may need a second attempt, and activity is told once a second. */
const SETTLED_AFTER_MS = 8_000
/** A clock further off than this was set: the taps set theirs anew then. */
const CLOCK_SET_MS = 50

/** Starts a pipeline and its servers, plays everything, and reads what the log says of it. */
export async function runLane(plan: LanePlan): Promise<LaneResult> {
  const { lane, runsCount } = plan
  const directory = join(plan.directory, lane)
  mkdirSync(directory, { recursive: true })
  appendFileSync(join(directory, 'mail.ndjson'), '')
  const authorization = await startAuthorization()
  const enrolled = await enrol(authorization, runsCount)
  const pipeline = await startPipeline(lane, directory, authorization, enrolled)
  const mails = [await startMail(directory)]
  try {
    const open = { pipeline, directory, mailUrl: addressOf(mails[0]) }
    mails.push(await startMail(directory, withClient(authorization)))
    const guarded = { ...open, mailUrl: addressOf(mails[1]) }
    const clockMs = Date.now() - performance.now()
    const runs: AttackRun[] = []
    let closing = Promise.resolve()
    for (const one of enrolled) {
      plan.onProgress('attacks', runs.length, runsCount)
      const { run, closed } = await attackOnce(guarded, one)
      runs.push(run)
      await closing
      closing = closed
    }
    await closing
    const attackedAtMs = Date.now()
    const played = await playAll(plan, open)
    const drivenMs = Date.now() - performance.now() - clockMs
    plan.onProgress('proof', 0, 1)
    const settledAtMs = Math.max(
      runs.length === 0 ? 0 : attackedAtMs + PROVEN_AFTER_MS,
      Date.now() + SETTLED_AFTER_MS,
      ...played.map((one) => one.settledAtMs),
    )
    await wait(Math.max(0, settledAtMs - Date.now()))
    const records = await pipeline.finish()
    const lines = records.map((record) => JSON.stringify(record))
    writeFileSync(join(directory, 'records.ndjson'), lines.join('\n'))
    for (const run of runs) run.isTokenTaken = await authorization.isActive(run.token)
    return {
      lane,
      attacks: measure(runs, records, mailsReceived(directory)),
      scenarios: judgePlays(played, records),
      isClockSteady: Math.abs(drivenMs) < CLOCK_SET_MS,
    }
  } finally {
    await stopAll(pipeline, mails)
    authorization.stop()
  }
}

async function playAll(plan: LanePlan, world: StageWorld): Promise<Played[]> {
  const played: Played[] = []
  const left = plan.scenarios.flatMap((scenario) =>
    (['attack', 'twin'] as const).map((kind) => ({ scenario, kind })),
  )
  const total = left.length
  const playOn = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      plan.onProgress(`${next.scenario.name}, ${next.kind}`, played.length, total)
      played.push(await play(world, next.scenario, next.kind))
    }
  }
  // Some wait for long: others are played meanwhile.
  await Promise.all(Array.from({ length: PLAYS_AT_ONCE }, playOn))
  return played
}

async function stopAll(pipeline: Pipeline, servers: { stop: () => Promise<void> }[]) {
  for (const server of servers) await server.stop()
  await pipeline.stop()
}

const addressOf = (started: { said: RegExpExecArray } | undefined): string => started?.said[1] ?? ''

/** The introspection endpoint with the client's name and secret in it. */
function withClient({ client, introspectionUrl }: AuthorizationServer): string {
  const url = new URL(introspectionUrl)
  url.username = client.client_id
  url.password = client.client_secret
  return url.href
}
