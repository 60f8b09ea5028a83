import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { freePorts, isListening, until } from '../../support/servers/process.ts'
import { startPipeline, type Pipeline } from '../pipeline.ts'
import type { Judged } from '../play.ts'
import { startEgress, type Egress } from './egress.ts'
import { judgeLayered, type LayeredPlayed } from './judge-layered.ts'
import type { LayeredScenario } from './layered-scenario.ts'
import {
  addressOf,
  ALLOWED_DESTINATIONS,
  inventoryOf,
  LayeredStage,
  roleOf,
  type LayeredWorld,
} from './layered-stage.ts'
import { startTelemetry, type Telemetry } from './model/traced-model.ts'
import { startOutside, type Outside } from './outside/outside.ts'
import { askAs, NIGHTLY_EXPORT, startShop, type Audit, type Shop } from './shop.ts'

export type LayeredPlan = {
  directory: string
  audit: Audit
  scenarios: readonly LayeredScenario[]
  onProgress: (doing: string, done: number, total: number) => void
}

const PLAYS_AT_ONCE = 2
/** What no session explains is an incident of its own after this, and not after ten minutes. */
const HORIZON_S = 10
/** How late the range's own logs may be. */
const LATENESS_S = 1
/** A connection is told after its end, and one that has ended is kept for a while. */
const FLOW_LATENESS_S = 5
/** Of the users that web servers are, the first. */
const FIRST_USER = 61_001
/** Whose the log of connections is, which names no user. */
const FIREWALL = 'firewall'
/** The last play of all: once it has become an incident, all before it has been decided. */
const CLOSING = 'closing'
/** What waits longest: that no call explains its query. */
const DECIDED_LAST = 'no call explains'
const CLOSES_WITHIN_MS = 120_000
const LOOKS_EVERY_MS = 1_000
const LISTENS_WITHIN_MS = 90_000

type Play = { scenario: LayeredScenario; twin: string | undefined; name: string }

/** What attacks and twins over several layers came to. */
export type LayeredResult = {
  audit: Audit
  /** Who told of each layer. */
  tellers: string[]
  judged: Judged[]
}

/** Plays attacks and twins over several layers, and reads what the log says of them. */
export async function runLayeredLane(plan: LayeredPlan): Promise<LayeredResult> {
  const { audit } = plan
  const directory = join(plan.directory, `layered-${audit}`)
  mkdirSync(directory, { recursive: true })
  const plays = playsOf(plan.scenarios)
  const names = [...plays.map(({ name }) => name), CLOSING]
  const users = new Map(names.map((name, index) => [name, FIRST_USER + index]))
  const shop = await startShop(audit, [NIGHTLY_EXPORT, ...names.map(roleOf)])
  let [pipeline, egress, outside, telemetry]: [Pipeline?, Egress?, Outside?, Telemetry?] = []
  try {
    egress = await startEgress()
    outside = await startOutside(directory)
    const [otlpPort = 0] = await freePorts(1)
    const world = { directory, mailUrl: '', shop, egress, outside, users }
    pipeline = await startPipeline('embedded', directory, undefined, [], {
      servers: serversOf(users),
      collectors: collectorsOf(world, otlpPort),
      environment: { TOCSIN_HORIZON_S: String(HORIZON_S) },
    })
    await until(() => isListening(otlpPort), LISTENS_WITHIN_MS, 'the OTLP door')
    const door = `http://127.0.0.1:${otlpPort}/v1/traces`
    telemetry = startTelemetry(door, pipeline.ingestToken)
    const played = await playAll(plays, { ...world, pipeline, telemetry }, plan)
    plan.onProgress('settling', 0, 1)
    await close(shop, pipeline)
    const records = await pipeline.finish()
    const lines = records.map((record) => JSON.stringify(record))
    writeFileSync(join(directory, 'records.ndjson'), lines.join('\n'))
    const judged = judgeLayered(played, records, new Set([addressOf(CLOSING)]))
    return { audit, tellers: tellersOf(audit, egress, outside), judged }
  } finally {
    await telemetry?.stop()
    await pipeline?.stop()
    await outside?.stop()
    await egress?.stop()
    await shop.stop()
  }
}

/** Resolves once everything played before has been decided. */
async function close(shop: Shop, pipeline: Pipeline): Promise<void> {
  await askAs(shop, roleOf(CLOSING), 'SELECT * FROM customers')
  const endsAtMs = Date.now() + CLOSES_WITHIN_MS
  while (!(await pipeline.hasIncident([addressOf(CLOSING), DECIDED_LAST]))) {
    if (Date.now() > endsAtMs) throw new Error('the last play became no incident')
    await wait(LOOKS_EVERY_MS)
  }
}

function playsOf(scenarios: readonly LayeredScenario[]): Play[] {
  return scenarios.flatMap((scenario) => [
    { scenario, twin: undefined, name: `${scenario.name}-attack` },
    ...Object.keys(scenario.twins).map((twin) => ({
      scenario,
      twin,
      name: `${scenario.name}-${twin}`,
    })),
  ])
}

function tellersOf(audit: Audit, egress: Egress, outside: Outside): string[] {
  return [
    audit === 'pgaudit' ? 'Debian’s PostgreSQL 15 with pgaudit' : 'npm’s PostgreSQL, auto_explain',
    egress.proxy === 'squid' ? 'squid' : 'a proxy of our own that writes squid’s lines',
    outside.recorder === 'ulogd2'
      ? 'nft and ulogd2 in a network namespace'
      : 'a recorder of our own, in the server’s process, that writes ulogd2’s lines',
  ]
}

function serversOf(users: ReadonlyMap<string, number>): Record<string, object> {
  const ofPlays = [...users].map(([name, user]) => inventoryOf(name, user))
  return Object.assign({ [FIREWALL]: { egress: ALLOWED_DESTINATIONS } }, ...ofPlays) as Record<
    string,
    object
  >
}

type Logs = Pick<LayeredWorld, 'shop' | 'egress' | 'outside'>

function collectorsOf({ shop, egress, outside }: Logs, otlpPort: number): object[] {
  const ofServers = { only_known: true, lateness_s: LATENESS_S }
  const file = (path: string): object => ({ kind: 'file', path })
  return [
    {
      name: 'shop-log',
      format: 'postgres-jsonlog',
      ...ofServers,
      source: file(shop.logFile),
    },
    { name: 'egress-log', format: 'squid-json', ...ofServers, source: file(egress.logFile) },
    { name: 'packets-log', format: 'ulogd-json', ...ofServers, source: file(outside.packetsFile) },
    {
      name: 'flows-log',
      format: 'ulogd-json',
      server: FIREWALL,
      lateness_s: FLOW_LATENESS_S,
      source: file(outside.flowsFile),
    },
    {
      name: 'model-calls',
      format: 'otlp-genai-spans',
      lateness_s: LATENESS_S,
      source: { kind: 'otlp', port: otlpPort },
    },
  ]
}

async function playAll(
  plays: readonly Play[],
  world: LayeredWorld,
  { onProgress }: LayeredPlan,
): Promise<LayeredPlayed[]> {
  const played: LayeredPlayed[] = []
  const left = [...plays]
  const playOn = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      onProgress(next.name, played.length, plays.length)
      played.push(await playOne(world, next))
    }
  }
  await Promise.all(Array.from({ length: PLAYS_AT_ONCE }, playOn))
  return played
}

async function playOne(
  world: LayeredWorld,
  { scenario, twin, name }: Play,
): Promise<LayeredPlayed> {
  const stage = new LayeredStage(world, name)
  let failure: string | undefined
  try {
    await (twin === undefined ? scenario.attack : scenario.twins[twin])?.(stage)
    await stage.delivered()
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
  } finally {
    await stage.close()
  }
  return { scenario, twin, stage, failure }
}
