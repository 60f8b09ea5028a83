import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Kafka, logLevel } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import type { Codec } from '#domain/codec.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Log } from '#domain/log.ts'
import type { Held, Records } from '#domain/records/index.ts'
import { prepareTocsin, startTocsin, tocsin, type RunningCommand } from '../support/cli.ts'
import { anEvent, anIncident } from '../support/records.ts'
import { aDirectory } from '../support/replays.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startKafka, type KafkaServer } from '../support/servers/kafka.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'
import { eventually } from '../support/live.ts'

const LANE_COUNT = 4
/** So many times as long as `eventually` waits. */
const PATIENCE = 6
const INCIDENT = 'd'.repeat(32)
const EVENTS = 'events.application.v1'
const kind = realServers()

type Sent = typeof EVENTS | 'incidents.v1'

describe.runIf(kind)(`legal hold on a real broker (${kind ?? NO_SERVERS})`, () => {
  let server: KafkaServer
  let log: Log
  let codec: Codec
  let running: RunningCommand | undefined
  const prefix = freshPrefix()
  const root = aDirectory()
  const path = (name: string): string => join(root, name)

  beforeAll(async () => {
    server = await startKafka()
    log = await openTestLog(server.brokers, { topicPrefix: prefix, laneCount: LANE_COUNT })
    await log.createTopics()
    codec = await openCodec(loadSchemas(), fileSchemaIds([...loadSchemas().values()]), prefix)
    for (const name of ['ada', 'signing']) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      writeFileSync(path(`${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
      writeFileSync(path(`${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }))
      if (name === 'signing') continue
      const public_key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
      writeFileSync(path('people.json'), JSON.stringify({ people: { ada: { public_key } } }))
    }
  }, 300_000)
  afterEach(async () => {
    running?.child.kill('SIGTERM')
    await running?.result
  })
  afterAll(async () => {
    await log.close()
    await server.stop()
    rmSync(root, { recursive: true })
  })

  const environment = (): Record<string, string> => ({
    TOCSIN_TOPIC_PREFIX: prefix,
    TOCSIN_PARTITIONS: String(LANE_COUNT),
    TOCSIN_HTTP_PORT: '0',
    TOCSIN_SQL_PORT: '0',
    TOCSIN_HOLD_EVERY_S: '1',
    TOCSIN_PEOPLE: path('people.json'),
    TOCSIN_SIGNING_KEY: path('signing.pem'),
  })
  const command = (...args: string[]) =>
    tocsin([...args, '--data-dir', path('data'), '--brokers', server.brokers.join(',')], {
      environment: environment(),
    })

  async function send<Topic extends Sent>(topic: Topic, ...records: Records[Topic][]) {
    const sender = await log.openSender()
    for (const record of records) {
      const about = 'session_id' in record ? (record.session_id ?? '') : record.incident_id
      const key = keyOf(record.tenant_id, about)
      const partition = partitionOf(key, LANE_COUNT)
      const value = codec.encode(topic, record)
      await sender.send([{ topic, partition, key, value, headers: {} }])
    }
    await sender.close()
  }

  async function held(): Promise<Held[]> {
    const found: Held[] = []
    for (let partition = 0; partition < LANE_COUNT; partition++)
      for await (const { records } of log.readToEnd({ topic: 'held.v1', partition, offset: 0 }))
        for (const { value } of records) {
          const decoded = codec.decode('held.v1', value)
          if (decoded.ok) found.push(decoded.value)
        }
    return found
  }

  /** Lets the broker drop everything of a topic, as it does once its retention is over. */
  async function dropFromLog(topic: typeof EVENTS): Promise<void> {
    const kafka = new Kafka({ brokers: server.brokers, logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    const name = `${prefix}${topic}`
    const offsets = await admin.fetchTopicOffsets(name)
    const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }))
    await admin.deleteTopicRecords({ topic: name, partitions })
    await admin.disconnect()
  }

  /** Waits longer than `eventually`: processes start, and a group settles. */
  async function patiently<T>(ask: () => Promise<T>, isEnough: (answer: T) => boolean): Promise<T> {
    for (let left = PATIENCE; left > 0; left -= 1) {
      const answer = await eventually(ask, isEnough)
      if (isEnough(answer)) return answer
    }
    throw new Error('it never came to that')
  }

  const topicsOf = (records: Held[]): Set<string> => new Set(records.map(({ topic }) => topic))

  test('what is held outlives the topic it came from, and the bundle has it', async () => {
    const place = ['--data-dir', path('data'), '--brokers', server.brokers.join(',')]
    running = startTocsin(['start', 'respond', 'store', ...place], { environment: environment() })
    const nowUs = Date.now() * 1000
    const event = { tenant_id: 'acme', session_id: 's-1', occurred_at: nowUs }
    await send(
      EVENTS,
      anEvent({ ...event, event_id: 'e-1' }),
      anEvent({ ...event, event_id: 'e-2' }),
    )
    await send(EVENTS, anEvent({ ...event, event_id: 'e-9', session_id: 's-9' }))
    const times = { opened_at: nowUs, updated_at: nowUs }
    await send('incidents.v1', anIncident({ incident_id: INCIDENT, ...times }))
    const eventsOf = (records: Held[]) => records.filter(({ topic }) => topic === EVENTS)
    const found = await patiently(held, (records) => eventsOf(records).length >= 2)
    expect(eventsOf(found)).toHaveLength(2)
    expect(new Set(found.map(({ incident_id }) => incident_id))).toEqual(new Set([INCIDENT]))

    const as = ['--by', 'ada', '--key', path('ada.pem')]
    const contain = ['incident', 'contain', INCIDENT, '--scope', 'session:s-1', ...as]
    const contained = await patiently(
      () => command(...contain),
      ({ code }) => code === 0,
    )
    expect(contained.stdout).toBe('contain: applied\n')
    const topics = [EVENTS, 'actions.v1', 'incidents.v1', 'enforcement.v1']
    await patiently(held, (records) => new Set(topics).isSubsetOf(topicsOf(records)))

    await dropFromLog(EVENTS)
    let leftCount = 0
    for (let partition = 0; partition < LANE_COUNT; partition++)
      for await (const { records } of log.readToEnd({ topic: EVENTS, partition, offset: 0 }))
        leftCount += records.length
    expect(leftCount).toBe(0)

    const out = path('bundle.tar')
    const exported = await command('evidence', 'export', INCIDENT, '--out', out, ...as)
    expect(exported).toMatchObject({ code: 0, stderr: '' })
    const verified = await prepareTocsin(['evidence', 'verify', out, '--key', path('signing.pub')])
    expect(verified.stdout).toContain(`records of incident ${INCIDENT}`)
    const lines = execFileSync('tar', ['xOf', out, 'records.ndjson'])
      .toString()
      .trimEnd()
      .split('\n')
    const ids = lines
      .map((line) => JSON.parse(line) as { topic: string; body: string })
      .filter(({ topic }) => topic === EVENTS)
      .map(({ body }) => codec.decode(EVENTS, Buffer.from(body, 'base64')))
      .map((decoded) => (decoded.ok ? decoded.value.event_id : 'unreadable'))
    expect(ids.sort()).toEqual(['e-1', 'e-2'])
  }, 300_000)
})
