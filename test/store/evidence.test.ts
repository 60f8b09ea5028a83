import { afterAll, beforeAll, expect, test } from 'vitest'

import { openEmbeddedLog } from '../../services/lib/adapters/embedded/log.ts'
import type { EmbeddedEvidence } from '../../services/lib/adapters/clickhouse/embedded.ts'
import { createStore, STORE_DEFAULTS } from '../../services/store/store.ts'
import { openTestEvidence, testCodec } from '../sql/evidence.ts'
import { anEvent } from '../support/records.ts'

const TOPIC = 'events.application.v1'
let evidence: EmbeddedEvidence
beforeAll(async () => {
  evidence = await openTestEvidence()
})
afterAll(() => evidence.close())

test('from the log into the real engine; poison is among the rejects', async () => {
  const codec = await testCodec
  const log = openEmbeddedLog({ path: ':memory:', laneCount: 2 })
  await log.createTopics()
  const sender = await log.openSender()
  const values = Array.from({ length: 50 }, (_, index) =>
    codec.encode(TOPIC, anEvent({ event_id: `e-${index}` })),
  )
  values[20] = values[20]?.subarray(0, 40) ?? Buffer.alloc(0)
  const record = { topic: TOPIC, partition: 1, key: 'k', headers: {} } as const
  await sender.send(values.map((value) => ({ ...record, value })))
  const store = createStore({
    ...STORE_DEFAULTS,
    log,
    codec,
    evidence,
    nowMs: () => performance.now(),
    random: () => 0,
    onInserted: () => undefined,
    onRejects: () => undefined,
    onRetry: () => undefined,
  })
  const abort = new AbortController()
  const stopped = store.run(abort.signal)
  await store.drain()
  await store.drain()
  abort.abort()
  await stopped
  const [counts] = await evidence.query(
    'SELECT count() AS n, min(_partition) AS p, max(_offset) AS o FROM events_application',
  )
  expect(counts).toEqual({ n: '49', p: '1', o: '49' })
  const rejects = await evidence.query('SELECT source, position, reason FROM rejects')
  expect(rejects).toEqual([{ source: TOPIC, position: '20', reason: 'BAD_AVRO' }])
  await log.close()
})
