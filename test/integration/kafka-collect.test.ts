import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { confluentSchemaIds } from '#adapters/registry/confluent.ts'
import { partitionOf } from '#domain/lane.ts'
import type { Records } from '#domain/records/index.ts'
import { anEventLine } from '../collect/an-event.ts'
import { temporaryDirectory } from '../collect/temporary-directory.ts'
import { startTocsin } from '../support/cli.ts'
import { eventually } from '../support/live.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'
import { startServers, type Servers } from '../support/servers/servers.ts'

const LANE_COUNT = 4
const SESSION_COUNT = 16
const KILL_COUNT = 2
const LINES_A_ROUND = 1_000
const TOTAL_COUNT = (KILL_COUNT + 1) * LINES_A_ROUND
const kind = realServers()

/** A round's lines, the last of which nobody can read. */
function round(number: number): string {
  const lines = Array.from({ length: LINES_A_ROUND - 1 }, (_, index) =>
    anEventLine({
      layer: 'data',
      action: 'select',
      event_id: `e-${number}-${index}`,
      session_id: `s-${index % SESSION_COUNT}`,
    }),
  )
  return `${lines.join('\n')}\nno event\n`
}

describe.runIf(kind)(`tocsin collect on a real broker (${kind ?? NO_SERVERS})`, () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers()
  })
  afterAll(() => servers?.stop())

  test('brings a followed file to its topics over kills, its bad lines to rejects', async () => {
    const prefix = freshPrefix()
    const log = await openTestLog(servers.kafka.brokers, {
      topicPrefix: prefix,
      laneCount: LANE_COUNT,
    })
    await log.createTopics()
    const ids = confluentSchemaIds({ url: servers.registry.url })
    const codec = await openCodec(loadSchemas(), ids, prefix)
    const recordsOf = async <Name extends 'events.data.v1' | 'rejects.v1'>(topic: Name) => {
      const found: { key: string; partition: number; value: Records[Name] }[] = []
      for (let partition = 0; partition < LANE_COUNT; partition++)
        for await (const { records } of log.readToEnd({ topic, partition, offset: 0 }))
          for (const { key, value } of records) {
            const decoded = codec.decode(topic, value)
            if (decoded.ok) found.push({ key, partition, value: decoded.value })
          }
      return found
    }
    const directory = await temporaryDirectory()
    const path = join(directory, 'own.log')
    const followed = ['collect', 'file', path, '--format', 'tocsin', '--follow', '--name', 'own']
    const place = ['--data-dir', directory, '--brokers', servers.kafka.brokers.join(',')]
    const environment = {
      TOCSIN_REGISTRY: servers.registry.url,
      TOCSIN_TOPIC_PREFIX: prefix,
      TOCSIN_PARTITIONS: String(LANE_COUNT),
    }
    const start = () => startTocsin([...followed, ...place], { environment })
    await writeFile(path, '')
    for (let kill = 0; kill < KILL_COUNT; kill += 1) {
      await appendFile(path, round(kill))
      const { child, result } = start()
      // Killed at once when the first of the round is there, with more of it under way.
      const before = kill * (LINES_A_ROUND - 1)
      await eventually(
        () => recordsOf('events.data.v1'),
        (found) => found.length > before,
      )
      child.kill('SIGKILL')
      await result
    }
    await appendFile(path, round(KILL_COUNT))
    const last = start()
    const distinct = async (): Promise<number> =>
      new Set((await recordsOf('events.data.v1')).map(({ value }) => value.event_id)).size
    const goodCount = TOTAL_COUNT - KILL_COUNT - 1
    expect(await eventually(distinct, (count) => count >= goodCount)).toBe(goodCount)
    const rejects = await eventually(
      () => recordsOf('rejects.v1'),
      (found) => found.some(({ value }) => value.position === TOTAL_COUNT - 1),
    )
    last.child.kill('SIGTERM')
    expect((await last.result).code).toBe(0)

    const events = await recordsOf('events.data.v1')
    const seqs = new Map(events.map(({ value }) => [value.event_id, value.collector_seq]))
    expect([...seqs.values()].sort((one, other) => one - other)).toEqual(
      Array.from({ length: goodCount }, (_, index) => index + 1),
    )
    for (const { key, partition, value } of events)
      expect([key, partition]).toEqual([
        `default/${value.session_id}`,
        partitionOf(key, LANE_COUNT),
      ])
    const places = new Map(rejects.map(({ value }) => [value.reject_id, value.position]))
    expect([...places.values()].sort((one, other) => one - other)).toEqual(
      Array.from({ length: KILL_COUNT + 1 }, (_, index) => (index + 1) * LINES_A_ROUND - 1),
    )
    for (const { key, value } of rejects)
      expect([key, value.reason]).toEqual(['default/own', 'NOT_JSON'])
    await log.close()
  }, 480_000)
})
