import { gzipSync, zstdCompressSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { tocsinFormat } from '../../../services/collect/normalize/tocsin.ts'
import { aLogDoor } from '../a-log-door.ts'
import { aLine, lineFormat } from '../a-line-format.ts'
import { anEventJson, SCHEMAS } from '../an-event.ts'

const LINES = `#header\n${aLine(0)}\n${aLine(1)}\n`
const PATH = '/v1/logs/test-lines'
const BOMB = Buffer.alloc(64 * 1024 * 1024)
const jsonOf = ({ bytes }: { bytes: Buffer }): unknown => JSON.parse(bytes.toString())
const aDoor = () => aLogDoor([lineFormat, tocsinFormat(SCHEMAS)])

test.for([
  { why: 'as they are', body: Buffer.from(LINES), headers: {} },
  { why: 'by gzip', body: gzipSync(LINES), headers: { 'content-encoding': 'gzip' } },
  { why: 'by zstd', body: zstdCompressSync(LINES), headers: { 'content-encoding': 'zstd' } },
  {
    why: 'as a list of texts',
    body: Buffer.from(JSON.stringify(LINES.trim().split('\n'))),
    headers: { 'content-type': 'application/json' },
  },
])('takes lines $why', async ({ body, headers }) => {
  const { post, events } = await aDoor()
  const answer = await post(PATH, body, headers)
  expect([answer.status, jsonOf(answer)]).toEqual([
    200,
    { accepted: 2, skipped: { HEADER: 1 }, rejected_count: 0, rejected: [] },
  ])
  const found = await events()
  expect(found.map(({ extra, collector_seq: seq }) => [seq, extra['number']])).toEqual([
    [1, '0'],
    [2, '1'],
  ])
  expect(found[0]).toMatchObject({
    tenant_id: 'default',
    collector_id: 'http:test-lines',
    session_id: 'server:http',
    session_basis: 'server',
  })
})

test('takes a JSON list of objects, each its own record', async () => {
  const { post, events } = await aDoor()
  const list = ['e-1', 'e-2'].map((event_id) =>
    anEventJson({ layer: 'data', action: 'select', event_id }),
  )
  await post('/v1/logs/tocsin', JSON.stringify([...list, 7]), { 'tocsin-tenant': 'acme' })
  expect((await events()).map(({ session_id, tenant_id }) => [tenant_id, session_id])).toEqual([
    ['acme', 's-1'],
    ['acme', 's-1'],
  ])
})

test('tells the collectors of several servers and tenants apart', async () => {
  const { post, events } = await aDoor()
  for (const headers of [{ 'tocsin-server': 'db' }, { 'tocsin-tenant': 'acme' }, {}])
    await post(PATH, LINES, headers)
  const found = await events()
  expect(new Set(found.map((event) => event.event_id)).size).toBe(6)
  expect(new Set(found.map((event) => `${event.tenant_id} ${event.collector_id}`))).toEqual(
    new Set(['default http:db:test-lines', 'acme http:test-lines', 'default http:test-lines']),
  )
})

test('the same body posted again gives the same events', async () => {
  const { post, events } = await aDoor()
  await post(PATH, LINES)
  await post(PATH, gzipSync(LINES), { 'content-encoding': 'gzip' })
  const ids = (await events()).map(({ event_id }) => event_id)
  expect([ids.length, new Set(ids).size]).toEqual([4, 2])
})

test('a door that nobody posts to any more holds nobody up', async () => {
  const postedAtUs = 1_700_000_000_000_000
  const clock = { nowMs: postedAtUs / 1000 }
  const { post, promises, intake } = await aLogDoor([lineFormat], 8, () => clock.nowMs)
  await post(PATH, `${aLine(0, '', postedAtUs)}\n`)
  clock.nowMs += 5_000
  await post(PATH, `${aLine(1, '', postedAtUs + 5_000_000)}\n`)
  clock.nowMs += 60_000
  await intake.tick()
  expect(await promises()).toEqual({
    'collect:default/http:test-lines': postedAtUs + 65_000_000 - lineFormat.latenessUs,
  })
})

test('answers what it refuses by number and reason, and keeps the good', async () => {
  const { post } = await aDoor()
  const answer = await post(PATH, `bad\n${aLine(1)}\n`)
  expect([answer.status, jsonOf(answer)]).toEqual([
    200,
    { accepted: 1, skipped: {}, rejected_count: 1, rejected: [{ record: 1, reason: 'NOT_JSON' }] },
  ])
})

test.for<{
  why: string
  path?: string
  body: Buffer<ArrayBuffer>
  headers?: Record<string, string>
  status: number
  code: string
}>([
  { why: 'all is bad', body: Buffer.from('x\n'), status: 400, code: 'NOTHING_ACCEPTED' },
  {
    why: 'nobody knows the format',
    path: '/v1/logs/nope',
    body: Buffer.from(LINES),
    status: 404,
    code: 'NOT_FOUND',
  },
  {
    why: 'a name is too long',
    body: Buffer.from(LINES),
    headers: { 'tocsin-server': 'x'.repeat(201) },
    status: 400,
    code: 'BAD_HEADER',
  },
  {
    why: 'gzip unfolds beyond all bounds',
    body: gzipSync(BOMB),
    headers: { 'content-encoding': 'gzip' },
    status: 413,
    code: 'TOO_LARGE',
  },
  {
    why: 'zstd unfolds beyond all bounds',
    body: zstdCompressSync(BOMB),
    headers: { 'content-encoding': 'zstd' },
    status: 413,
    code: 'TOO_LARGE',
  },
  {
    why: 'zstd is cut',
    body: zstdCompressSync(LINES.repeat(99)).subarray(0, 20),
    headers: { 'content-encoding': 'zstd' },
    status: 400,
    code: 'BAD_ENCODING',
  },
])('refuses where $why', async ({ path = PATH, body, headers, status, code }) => {
  const { post, events } = await aDoor()
  const answer = await post(path, body, headers)
  expect(answer.status).toBe(status)
  expect(jsonOf(answer)).toMatchObject({ error: { code } })
  expect(await events()).toEqual([])
})

test('what is posted again after the log was away has the numbers it would have had', async () => {
  const { post, events, world } = await aDoor()
  world.isDown = true
  expect((await post(PATH, LINES)).status).toBe(503)
  world.isDown = false
  expect((await post(PATH, LINES)).status).toBe(200)
  const found = await events()
  expect(found.map(({ collector_seq: seq, extra }) => [seq, extra['header']])).toEqual([
    [1, '#header'],
    [2, '#header'],
  ])
})

test('one collector too many is told to come back', async () => {
  const { post } = await aLogDoor([lineFormat], 1)
  expect((await post(PATH, LINES)).status).toBe(200)
  expect((await post(PATH, LINES, { 'tocsin-server': 'b' })).status).toBe(429)
})
