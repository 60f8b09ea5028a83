import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import type { ApplicationEvent } from '#domain/records/index.ts'
import { temporaryDirectory } from '../collect/temporary-directory.ts'
import { eventually } from '../support/live.ts'
import { aRestriction } from '../support/mcp/a-pipeline.ts'
import { aTap } from '../support/mcp/a-tap.ts'
import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startKafka, type KafkaServer } from '../support/servers/kafka.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'

const SERVER = fileURLToPath(new URL('../support/mcp/scripted-server.mjs', import.meta.url))
const LANE_COUNT = 4
const ROUNDS = 5
const IN_FORCE_MAX_MS = 250
const kind = realServers()

describe.runIf(kind)(`a tap on a real broker (${kind ?? NO_SERVERS})`, () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startKafka()
  })
  afterAll(() => server.stop())

  test('brings its events and obeys what is published there', async () => {
    const prefix = freshPrefix()
    const log = await openTestLog(server.brokers, { topicPrefix: prefix, laneCount: LANE_COUNT })
    await log.createTopics()
    const codec = await openCodec(loadSchemas(), fileSchemaIds([...loadSchemas().values()]), prefix)
    const directory = await temporaryDirectory()
    const place = ['--data-dir', directory, '--brokers', server.brokers.join(',')]
    const tap = aTap([...place, '--server-id', 'notes', '--', process.execPath, SERVER], {
      TOCSIN_TOPIC_PREFIX: prefix,
      TOCSIN_PARTITIONS: String(LANE_COUNT),
      TOCSIN_HASH_KEY: 'key',
    })
    let id = 0
    const call = async (): Promise<string> => {
      const params = { name: 'write_note', arguments: {} }
      tap.send({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params })
      const { error } = await tap.answer(id)
      return error?.message ?? 'done'
    }
    const events = async (): Promise<ApplicationEvent[]> => {
      const found: ApplicationEvent[] = []
      for (let partition = 0; partition < LANE_COUNT; partition++) {
        const from = { topic: 'events.application.v1', partition, offset: 0 } as const
        for await (const { records } of log.readToEnd(from))
          for (const { value } of records) {
            const decoded = codec.decode('events.application.v1', value)
            if (decoded.ok) found.push(decoded.value)
          }
      }
      return found
    }
    expect(await call()).toBe('done')
    const first = new Set(['tool_call', 'tool_result'])
    const actionsOf = (found: ApplicationEvent[]) => new Set(found.map(({ action }) => action))
    const told = await eventually(events, (found) => first.isSubsetOf(actionsOf(found)))
    expect([...actionsOf(told)]).toEqual(expect.arrayContaining([...first]))
    const sender = await log.openSender()
    const publish = (restriction: 'refuse' | 'none', revision: number): Promise<void> => {
      const record = { topic: 'enforcement.v1', partition: 2, key: 'default/server' } as const
      const value = codec.encode('enforcement.v1', aRestriction({ restriction, revision }))
      return sender.send([{ ...record, value, headers: {} }])
    }
    const tookMs: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await publish('refuse', 2 * round + 1)
      const startMs = performance.now()
      while ((await call()) === 'done') continue
      tookMs.push(performance.now() - startMs)
      expect(await call()).toContain('incident-1')
      await publish('none', 2 * round + 2)
      await eventually(call, (text) => text === 'done')
    }
    expect(tookMs.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThan(IN_FORCE_MAX_MS)
    const decided = new Set(['restriction_in_force', 'refused'])
    const decisionsOf = (found: ApplicationEvent[]) => new Set(found.map((one) => one.decision))
    const acknowledged = await eventually(events, (found) => decided.isSubsetOf(decisionsOf(found)))
    expect([...decisionsOf(acknowledged)]).toEqual(expect.arrayContaining([...decided]))
    tap.child.stdin?.end()
    expect(await tap.ended).toEqual({ code: 0, signal: null })
    await log.close()
  })
})
