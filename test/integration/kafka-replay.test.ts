import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { Kafka, logLevel, type Admin } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import type { RunningCommand } from '../support/cli.ts'
import { startTocsin, tocsin } from '../support/cli.ts'
import { writeFirstSessions } from '../support/events-file.ts'
import type { EvidenceStore } from '../../services/lib/domain/evidence.ts'
import { readProgress } from '../../services/lib/domain/headers.ts'
import type { Log } from '../../services/lib/domain/log.ts'
import { EVENT_TOPICS } from '../../services/lib/domain/topics.ts'
import {
  aDirectory,
  readResultFiles,
  replayOf,
  resultFiles,
  SCENARIO_FILE,
  SCENARIO_INVENTORY,
  type ResultFiles,
} from '../support/replays.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'
import { until } from '../support/servers/process.ts'
import { startServers, type Servers } from '../support/servers/servers.ts'
import { sharedFile } from '../support/shared-data.ts'

const SAMPLE = sharedFile('agentdojo/sample.events.ndjson.gz')
const SESSIONS_COUNT = 150
const LANE_COUNT = 8
const STAGES = ['observe', 'detect', 'correlate', 'learn', 'respond'] as const
const GROUPS = ['observe', 'detect:all', 'correlate', 'learn', 'respond']
/** Some way in: the promises of all lanes alone are fewer. */
const OBSERVED_MIN_COUNT = 500
const START_MAX_MS = 120_000
/** Longer than a killed broker and a lost process take together on a busy machine. */
const STANDSTILL_MS = 240_000
const JUDGED = ['observations.v1', 'alerts.v1', 'incidents.v1'] as const

const kind = realServers()

describe.runIf(kind)(`the pipeline on a real broker (${kind ?? NO_SERVERS})`, () => {
  let servers: Servers
  let embedded: Promise<ResultFiles>
  const directory = aDirectory()
  const file = SAMPLE === undefined ? SCENARIO_FILE : join(directory, 'recorded.ndjson')
  const running: RunningCommand[] = []

  beforeAll(async () => {
    servers = await startServers({ own: true })
    if (SAMPLE !== undefined) writeFirstSessions(SAMPLE, SESSIONS_COUNT, file)
    embedded = resultFiles(file)
  })
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all(running.splice(0).map(({ result }) => result))
  })
  afterAll(async () => {
    await servers?.stop()
    rmSync(directory, { recursive: true })
  })

  const environmentOf = (differs: Record<string, string> = {}): Record<string, string> => ({
    TOCSIN_INVENTORY: SCENARIO_INVENTORY,
    TOCSIN_BROKERS: servers.kafka.brokers.join(','),
    TOCSIN_REGISTRY: servers.registry.url,
    TOCSIN_PARTITIONS: String(LANE_COUNT),
    ...differs,
  })

  function start(args: readonly string[], environment: Record<string, string>): RunningCommand {
    const started = startTocsin(args, { environment })
    running.push(started)
    return started
  }

  test('in one process: the embedded bytes, and each event once in the views', async () => {
    const environment = environmentOf()
    const seen: { counts: ViewCounts | undefined; written: Record<string, number> }[] = []
    let acceptedCount = 0
    const files = await resultFiles(file, {
      environment,
      keepsEvidence: true,
      onProgress: ({ totalCount }) => (acceptedCount ||= totalCount),
      onSettled: async (world, evidence) => {
        seen.push({ counts: await viewCounts(evidence), written: await valueCounts(world.log) })
      },
    })
    expect(files).toEqual(await embedded)
    const [first] = seen
    expect(first?.counts).toEqual({ count: acceptedCount, uniqueCount: acceptedCount })

    const again = await resultFiles(file, {
      environment,
      onSettled: async ({ log }) => {
        expect(await valueCounts(log)).toEqual(first?.written)
      },
    })
    expect(again).toEqual(files)
  }, 480_000)

  test('two processes a service, one and the broker killed half way: the same bytes', async () => {
    const prefix = freshPrefix()
    const environment = environmentOf({
      TOCSIN_TOPIC_PREFIX: prefix,
      TOCSIN_HASH_KEY: 'tocsin-replay',
      TOCSIN_RESPOND: 'planned',
      TOCSIN_HTTP_PORT: '0',
      TOCSIN_KAFKA_SESSION_TIMEOUT_MS: '15000',
      TOCSIN_LOG_LEVEL: 'error',
    })
    const migrated = await tocsin(['migrate', '--data-dir', join(directory, 'migrate')], {
      environment,
    })
    expect(migrated).toMatchObject({ code: 0, stderr: '' })
    const [first, second] = ['first', 'second'].map((name) =>
      start(['start', ...STAGES, '--data-dir', join(directory, name)], environment),
    )
    await untilMembers(servers.kafka.brokers, prefix, 2)

    const out = join(directory, 'out')
    const replay = start(
      ['replay', file, '--no-stages', '--prefix', prefix, '--out', out],
      environment,
    )
    const log = await openTestLog(servers.kafka.brokers, {
      topicPrefix: prefix,
      laneCount: LANE_COUNT,
    })
    const observed = async (): Promise<number> =>
      (await log.endOffsets('observations.v1')).reduce((sum, end) => sum + end, 0)
    const isHalfWay = async (): Promise<boolean> =>
      (await isPublished(log)) && (await observed()) > OBSERVED_MIN_COUNT
    await until(isHalfWay, START_MAX_MS, 'publishing')
    first?.child.kill('SIGKILL')
    await servers.kafka.kill()
    await servers.kafka.restart()
    expect(replay.child.exitCode).toBeNull()
    await log.close()
    const end = new AbortController()
    const standing = standstill(servers.kafka.brokers, prefix, end.signal)
    const replayed = await Promise.race([replay.result, survivorEnd(second), standing])
    end.abort()
    expect(replayed).toMatchObject({ code: 0 })
    expect(readResultFiles(out)).toEqual(await embedded)
  }, 720_000)

  test('evidence over HTTP: each event once in the views of a SQL door', async () => {
    const dataDirectory = join(directory, 'evidence')
    const door = start(['start', 'evidence', '--data-dir', dataDirectory], {
      TOCSIN_HTTP_PORT: '0',
      TOCSIN_SQL_PORT: '0',
      TOCSIN_LOG_LEVEL: 'error',
    })
    const doorsFile = join(dataDirectory, 'doors.json')
    await until(() => existsSync(doorsFile), START_MAX_MS, 'opening the door')
    const doors = JSON.parse(readFileSync(doorsFile, 'utf8')) as {
      sql: { url: string }
      tokens: Record<'sql-reader' | 'sql-writer', string>
    }
    const environment = environmentOf({
      TOCSIN_CLICKHOUSE: doors.sql.url,
      TOCSIN_CLICKHOUSE_USER: 'writer',
      TOCSIN_CLICKHOUSE_PASSWORD: doors.tokens['sql-writer'],
    })
    const replay = (differs: Record<string, string>) =>
      replayOf(SCENARIO_FILE, {
        environment: { ...environment, ...differs },
        keepsEvidence: true,
      })
    await expect(replay({})).rejects.toMatchObject({ code: 'QUERY_REFUSED' })
    const { input } = await replay({ TOCSIN_CLICKHOUSE_DATABASE: 'tocsin' })
    const { url } = doors.sql
    const answer = await fetch(`${url}/?query=${encodeURIComponent(COUNT_EVENTS)}`, {
      headers: {
        'x-clickhouse-user': 'reader',
        'x-clickhouse-key': doors.tokens['sql-reader'],
        'x-clickhouse-format': 'JSONEachRow',
      },
    })
    const counts = numbersOf(JSON.parse(await answer.text()) as Record<string, string>)
    expect(counts).toEqual({ count: input.acceptedCount, uniqueCount: input.acceptedCount })
    door.child.kill('SIGTERM')
    expect(await door.result).toMatchObject({ code: 0 })
  }, 300_000)
})

/** Nothing starts the second process again: what ended it is better told than waited for. */
async function survivorEnd(survivor: RunningCommand | undefined): Promise<never> {
  const end = await survivor?.result
  throw new Error(`the process that was left ended with ${end?.code}: ${end?.stderr}`)
}

/** Rejects after a while with where each group stands: what a time-out alone would not tell. */
async function standstill(
  brokers: readonly string[],
  prefix: string,
  signal: AbortSignal,
): Promise<never> {
  await wait(STANDSTILL_MS, undefined, { signal }).catch(() => new Promise<never>(() => undefined))
  throw new Error(`nothing came of it: ${await groupsStanding(brokers, prefix)}`)
}

type ViewCounts = { count: number; uniqueCount: number }

const COUNT_EVENTS = `SELECT count() AS count, uniqExact(event_id) AS uniqueCount FROM (${[
  'events_application',
  'events_data',
  'events_network',
  'events_model',
]
  .map((view) => `SELECT event_id FROM ${view}`)
  .join(' UNION ALL ')})`

async function viewCounts(evidence: EvidenceStore | undefined): Promise<ViewCounts | undefined> {
  const [row] = (await evidence?.query<Record<string, string>>(COUNT_EVENTS)) ?? []
  return row === undefined ? undefined : numbersOf(row)
}

/** Counts come as text from one of the two ways to ask. */
function numbersOf(row: Record<string, string | number>): ViewCounts {
  return { count: Number(row['count']), uniqueCount: Number(row['uniqueCount']) }
}

/**
 * Records with a value in each topic: a stage that starts repeats its promises, and nothing else.
 */
async function valueCounts(log: Log): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const topic of [...EVENT_TOPICS, ...JUDGED]) {
    counts[topic] = 0
    for (let partition = 0; partition < log.laneCount; partition++)
      for await (const { records } of log.readToEnd({ topic, partition, offset: 0 }))
        counts[topic] += records.filter(({ value }) => value !== null).length
  }
  return counts
}

/** Whether the last promise of the replay is on the log: no part of it sends any more. */
async function isPublished(log: Log): Promise<boolean> {
  const topic = 'events.model.v1'
  const end = (await log.endOffsets(topic))[0] ?? 0
  if (end === 0) return false
  for await (const { records } of log.readToEnd({ topic, partition: 0, offset: end - 1 }))
    for (const { key, headers } of records)
      if (readProgress(key, headers)?.watermarkUs === Infinity) return true
  return false
}

/** Waits until each stage's group has so many members. */
async function untilMembers(
  brokers: readonly string[],
  prefix: string,
  count: number,
): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    const isComplete = async (): Promise<boolean> => {
      const { groups } = await admin.describeGroups(GROUPS.map((group) => prefix + group))
      return groups.every(({ members, state }) => members.length === count && state === 'Stable')
    }
    await until(isComplete, START_MAX_MS, 'joining')
  })
}

/** Each group's state and members, and what of its topics it has committed nothing behind. */
function groupsStanding(brokers: readonly string[], prefix: string): Promise<string> {
  return withAdmin(brokers, async (admin) => {
    const groupIds = GROUPS.map((group) => prefix + group)
    const { groups } = await admin.describeGroups(groupIds)
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    const told = groups.map(
      ({ groupId, state, members }) => `${groupId} ${state} ${members.length}`,
    )
    for (const groupId of groupIds)
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
        const ends = await admin.fetchTopicOffsets(topic)
        for (const { partition, offset } of partitions) {
          const end = ends.find((one) => one.partition === partition)?.offset
          if (offset !== '-1' && offset !== end)
            told.push(`${groupId} ${topic}/${partition} at ${offset} of ${end}`)
        }
      }
    return told.join('; ')
  })
}

async function withAdmin<T>(
  brokers: readonly string[],
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
