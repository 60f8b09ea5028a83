import { afterEach, expect, test } from 'vitest'

import { openCodec } from '../../services/lib/adapters/avro/codec.ts'
import { loadSchemas } from '../../services/lib/adapters/avro/schemas.ts'
import { openEmbeddedLog } from '../../services/lib/adapters/embedded/log.ts'
import type { EvidenceInsert, EvidenceStore } from '../../services/lib/domain/evidence.ts'
import { Fault } from '../../services/lib/domain/fault.ts'
import { progressRecord } from '../../services/lib/domain/headers.ts'
import type { Log, OutgoingRecord } from '../../services/lib/domain/log.ts'
import { createStore, STORE_DEFAULTS } from '../../services/store/store.ts'
import type { StoreDeps } from '../../services/store/world.ts'
import { anAlert, anEvent } from '../support/records.ts'
import { memorySchemaIds } from '../support/schema-ids.ts'

const LANES = 2
const codec = await openCodec(loadSchemas(), memorySchemaIds(), 'tocsin.')

/** Rows are counted out of the container's own block head. */
function offsetsIn({ container, token }: EvidenceInsert): string {
  return `${token} ${container.length}`
}

type Memory = EvidenceStore & { inserts: EvidenceInsert[]; kept: Map<string, EvidenceInsert> }

/** Keeps inserts by token, as ClickHouse does; `before` may fail one. */
function memoryEvidence(before: (insert: EvidenceInsert) => void = () => undefined): Memory {
  const inserts: EvidenceInsert[] = []
  const kept = new Map<string, EvidenceInsert>()
  return {
    kind: 'embedded',
    inserts,
    kept,
    insert: (insert) =>
      Promise.try(() => {
        before(insert)
        inserts.push(insert)
        if (!kept.has(insert.token)) kept.set(insert.token, insert)
      }),
    query: () => Promise.resolve([]),
    command: () => Promise.resolve(),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

const alert = (id: string, differs: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: 'alerts.v1',
  partition: 0,
  key: 'acme/s-1',
  value: codec.encode('alerts.v1', anAlert({ alert_id: id })),
  headers: {},
  ...differs,
})
const progress = (): OutgoingRecord => ({
  topic: 'alerts.v1',
  partition: 0,
  value: null,
  ...progressRecord({ writer: 'detect', lane: 0, watermarkUs: 5, leaseMs: undefined }),
})

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

type World = { log: Log; send: (...records: OutgoingRecord[]) => Promise<void> }

async function aWorld(): Promise<World> {
  const log = openEmbeddedLog({ path: ':memory:', laneCount: LANES })
  await log.createTopics()
  const sender = await log.openSender()
  return { log, send: (...records) => sender.send(records) }
}

function start(log: Log, evidence: EvidenceStore, differs: Partial<StoreDeps> = {}) {
  const retries: string[] = []
  const rejects: string[] = []
  const store = createStore({
    ...STORE_DEFAULTS,
    log,
    codec,
    evidence,
    flushEveryMs: 5,
    nowMs: () => performance.now(),
    random: () => 0,
    onInserted: () => undefined,
    onRejects: (topic, reason) => rejects.push(`${topic} ${reason}`),
    onRetry: (code) => retries.push(code),
    ...differs,
  })
  const abort = new AbortController()
  const stopped = store.run(abort.signal)
  const stop = async (): Promise<void> => {
    abort.abort()
    await stopped
  }
  stops.push(() => stop().catch(() => undefined))
  return { store, stop, stopped, retries, rejects }
}

async function rejectsOn(log: Log) {
  const found = []
  for (let partition = 0; partition < LANES; partition++)
    for await (const chunk of log.readToEnd({ topic: 'rejects.v1', partition, offset: 0 }))
      for (const record of chunk.records) {
        const decoded = codec.decode('rejects.v1', record.value)
        if (decoded.ok) found.push(decoded.value)
      }
  return found
}

const tokens = (memory: Memory) => [...memory.kept.keys()].sort()

test('every stored topic goes into its table, progress into none', async () => {
  const { log, send } = await aWorld()
  const memory = memoryEvidence()
  await send(alert('a'), progress(), alert('b'), alert('c', { partition: 1 }))
  const value = codec.encode('events.application.v1', anEvent())
  await send({ topic: 'events.application.v1', partition: 1, key: 'k', value, headers: {} })
  await start(log, memory).store.drain()
  expect(memory.inserts.map((insert) => `${insert.table} ${insert.rowCount}`).sort()).toEqual([
    'log_alerts 1',
    'log_alerts 2',
    'log_events_application 1',
  ])
})

test('drain waits for what was there at the call, and only for that', async () => {
  const { log, send } = await aWorld()
  const memory = memoryEvidence()
  const { store } = start(log, memory, { flushEveryMs: 1e9 })
  await store.drain()
  expect(tokens(memory)).toEqual([])
  await send(alert('a'))
  await store.drain()
  expect(memory.inserts).toHaveLength(1)
})

test('a partition of nothing but progress is committed too', async () => {
  const { log, send } = await aWorld()
  await send(progress(), progress())
  const memory = memoryEvidence()
  await start(log, memory).store.drain()
  const group = { group: 'store', topics: ['alerts.v1'], mode: 'lanes' } as const
  const subscription = await log.subscribe(group)
  const place = { topic: 'alerts.v1', partition: 0 } as const
  expect(await subscription.committed([place])).toEqual([{ ...place, offset: 2 }])
  expect(memory.inserts).toEqual([])
})

test('cuts are bounded by rows, and follow one another', async () => {
  const { log, send } = await aWorld()
  const memory = memoryEvidence()
  await send(...Array.from({ length: 7 }, (_, index) => alert(String(index))))
  const limits = { rowsMaxCount: 3, maxBytes: 1e6 }
  await start(log, memory, { limits, flushEveryMs: 1e9 }).store.drain()
  expect(tokens(memory).map((token) => token.replace(/:\d+$/, ''))).toEqual([
    'alerts.v1:0:0-2',
    'alerts.v1:0:3-5',
    'alerts.v1:0:6-6',
  ])
})

test('a second run adds nothing', async () => {
  const { log, send } = await aWorld()
  const memory = memoryEvidence()
  await send(alert('a'))
  const first = start(log, memory)
  await first.store.drain()
  await first.stop()
  await start(log, memory).store.drain()
  expect(memory.inserts).toHaveLength(1)
})

test.for([
  { why: 'before the insert', isInserted: false },
  { why: 'after the insert, before the commit', isInserted: true },
])('killed $why, the same cut runs again to the same bytes', async ({ isInserted }) => {
  const { log, send } = await aWorld()
  const kept: EvidenceInsert[] = []
  const dying = memoryEvidence((insert) => {
    if (isInserted) kept.push(insert)
    throw new Fault('EVIDENCE_LOCKED', 'the process dies here')
  })
  await send(alert('a'), progress(), alert('b'), alert('bad', { value: Buffer.from('x') }))
  const first = start(log, dying, { flushEveryMs: 0 })
  await expect(first.stopped).rejects.toMatchObject({ code: 'EVIDENCE_LOCKED' })
  await send(alert('c'), alert('d'))
  const memory = memoryEvidence()
  for (const insert of kept) await memory.insert(insert)
  await start(log, memory, { flushEveryMs: 1e9 }).store.drain()
  expect(tokens(memory).map((token) => token.replace(/:\d+$/, ''))).toEqual([
    'alerts.v1:0:0-3',
    'alerts.v1:0:4-5',
    expect.stringMatching(/^rejects\.v1/),
  ])
  const again = memory.inserts.filter(({ token }) => token.startsWith('alerts.v1:0:0-3'))
  expect(new Set(again.map(offsetsIn)).size).toBe(1)
  expect(again).toHaveLength(isInserted ? 2 : 1)
})

test('while the evidence is down nothing is read on, and nothing is lost', async () => {
  const { log, send } = await aWorld()
  let failuresLeft = 4
  const memory = memoryEvidence(() => {
    if (failuresLeft-- > 0) throw new Fault('EVIDENCE_UNAVAILABLE', 'down')
  })
  await send(alert('a'), alert('b'))
  const { store, retries } = start(log, memory)
  await store.drain()
  expect(retries).toEqual(Array.from({ length: 4 }, () => 'EVIDENCE_UNAVAILABLE'))
  expect(memory.inserts.map((insert) => insert.rowCount)).toEqual([2])
})

const truncated = () => codec.encode('alerts.v1', anAlert()).subarray(0, 20)
test.for([
  { why: 'no Avro', value: truncated(), reason: 'BAD_AVRO' },
  { why: 'no magic', value: Buffer.from('hello world'), reason: 'BAD_MAGIC' },
  { why: 'an unknown schema', value: Buffer.from([0, 0, 9, 9, 9, 1]), reason: 'UNKNOWN_SCHEMA' },
])('a poison record with $why is rejected once, its neighbours are stored', async (poison) => {
  const { log, send } = await aWorld()
  const length = poison.value.length
  const memory = memoryEvidence((insert) => {
    const isPoisoned = poison.reason === 'BAD_AVRO' && insert.table === 'log_alerts'
    if (isPoisoned && insert.rowCount === 3) throw new Fault('EVIDENCE_REFUSED', 'bad data')
  })
  await send(alert('a'), alert('poison', { value: poison.value }), alert('b'))
  const { store, rejects } = start(log, memory)
  await store.drain()
  await store.drain()
  expect(await rejectsOn(log)).toMatchObject([
    {
      source: 'alerts.v1',
      partition: 0,
      position: 1,
      reason: poison.reason,
      bytes: length,
      rejected_by: 'store',
    },
  ])
  expect(rejects).toEqual([`alerts.v1 ${poison.reason}`])
  const stored = memory.inserts.map((insert) => [insert.table, insert.rowCount])
  expect(stored).toEqual([
    ['log_alerts', 2],
    ['log_rejects', 1],
  ])
})

test('what the evidence refuses though it decodes is found by halving', async () => {
  const { log, send } = await aWorld()
  const poisoned = codec.encode('alerts.v1', anAlert({ alert_id: 'poison' }))
  const memory = memoryEvidence(({ container }) => {
    if (container.includes(poisoned.subarray(5))) throw new Fault('EVIDENCE_REFUSED', 'no')
  })
  await send(alert('a'), alert('b'), alert('c', { value: poisoned }), alert('d'), alert('e'))
  const { store, rejects } = start(log, memory)
  await store.drain()
  expect(rejects).toEqual(['alerts.v1 EVIDENCE_REFUSED'])
  const stored = memory.inserts.filter(({ table }) => table === 'log_alerts')
  expect(stored.reduce((sum, insert) => sum + insert.rowCount, 0)).toBe(4)
})

test('a bad record on the rejects topic is counted, and makes no further reject', async () => {
  const { log, send } = await aWorld()
  await send({ topic: 'rejects.v1', partition: 0, key: 'k', value: Buffer.from('x'), headers: {} })
  const { store, rejects } = start(log, memoryEvidence())
  await store.drain()
  await store.drain()
  expect(rejects).toEqual(['rejects.v1 BAD_MAGIC'])
  expect(await log.endOffsets('rejects.v1')).toEqual([1, 0])
})

test('rejects the evidence refuses make no further reject', async () => {
  const { log, send } = await aWorld()
  const memory = memoryEvidence(({ table }) => {
    if (table === 'log_rejects') throw new Fault('EVIDENCE_REFUSED', 'no')
  })
  await send(alert('poison', { value: Buffer.from('x') }))
  const { store } = start(log, memory)
  await store.drain()
  await store.drain()
  await store.drain()
  expect(await rejectsOn(log)).toHaveLength(1)
})
