import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import type { Format } from '../../../services/collect/normalize/format.ts'
import { refuse } from '../../../services/collect/normalize/reject.ts'
import { aLogDoor } from '../a-log-door.ts'

const captured = (name: string): Buffer<ArrayBuffer> =>
  Buffer.from(readFileSync(new URL(`../otlp/${name}`, import.meta.url)))
const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const JSON_TYPE = { 'content-type': 'application/json' }

type Request = {
  resourceSpans?: { scopeSpans: { spans: { name: string; traceId: string }[] }[] }[]
}

/** Reads spans as data events; refuses documents without one. */
const spanFormat: Format = {
  name: 'otlp-test-spans',
  title: 'spans of tests',
  framing: 'document',
  latenessUs: 0,
  open: () => ({
    read: (record) => {
      const { resourceSpans = [] } = JSON.parse(record.toString()) as Request
      const spans = resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((one) => one.spans),
      )
      if (spans.some(({ name }) => name === 'bad')) return refuse('WRONG_TYPE', 'name')
      if (spans.length === 0) return { ok: 'skipped', why: 'OTHER_SUBJECT' }
      return {
        ok: true,
        events: spans.map(({ name, traceId }) => ({
          topic: 'events.data.v1',
          layer: 'data',
          facts: { occurred_at: 1_795_357_256_301_000, action: 'select', extra: { name, traceId } },
        })),
      }
    },
    memory: () => '',
  }),
}
const aDoor = () => aLogDoor([spanFormat])

test('protobuf, gzip and JSON of the same spans give the same events', async () => {
  const answers = []
  const told = []
  for (const [bytes, headers] of [
    [captured('traces.pb'), PROTOBUF],
    [gzipSync(captured('traces.pb')), { ...PROTOBUF, 'content-encoding': 'gzip' }],
    [captured('traces.json'), JSON_TYPE],
  ] as const) {
    const { post, events } = await aDoor()
    const answer = await post('/v1/traces', bytes, headers)
    answers.push([answer.status, answer.type?.split(';')[0], answer.bytes.toString()])
    told.push((await events()).map(({ extra, occurred_at: at }) => ({ extra, at })))
  }
  expect(answers).toEqual([
    [200, 'application/x-protobuf', ''],
    [200, 'application/x-protobuf', ''],
    [200, 'application/json', '{}'],
  ])
  expect(told[0]?.map(({ extra }) => extra['name'])).toEqual(['chat model', 'query'])
  expect(told[1]).toEqual(told[0])
  expect(told[2]).toEqual(told[0])
})

test('takes logs, and what no format tells of is no failure', async () => {
  const { post, events } = await aDoor()
  expect((await post('/v1/logs', captured('logs.pb'), PROTOBUF)).status).toBe(200)
  expect(await events()).toEqual([])
})

test('what the format refuses is a partial success, for it would be refused again', async () => {
  const { post } = await aDoor()
  const body = captured('traces.json').toString().replace('"chat model"', '"bad"')
  const answer = await post('/v1/traces', body, JSON_TYPE)
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.bytes.toString())).toEqual({
    partialSuccess: { rejectedSpans: '2', errorMessage: 'WRONG_TYPE' },
  })
})

test.for([
  { why: 'no protobuf', body: 'hello world', headers: PROTOBUF, status: 400, code: 0x03 },
  { why: 'no JSON', body: '{', headers: JSON_TYPE, status: 400, code: undefined },
])(
  'answers $why with 400 and a status in its own encoding',
  async ({ body, headers, status, code }) => {
    const { post } = await aDoor()
    const answer = await post('/v1/traces', body, headers)
    expect([answer.status, answer.type?.split(';')[0]]).toEqual([status, headers['content-type']])
    expect(code === undefined ? JSON.parse(answer.bytes.toString()) : answer.bytes[1]).toEqual(
      code ?? { code: 3, message: 'The body is no export request of traces' },
    )
  },
)

test('says unavailable while the log is away, and takes the request once it is back', async () => {
  const { post, events, world } = await aDoor()
  world.isDown = true
  const away = await post('/v1/traces', captured('traces.pb'), PROTOBUF)
  expect([away.status, away.bytes[1]]).toEqual([503, 14])
  world.isDown = false
  await post('/v1/traces', captured('traces.pb'), PROTOBUF)
  await post('/v1/traces', captured('traces.pb'), PROTOBUF)
  const ids = (await events()).map(({ event_id }) => event_id)
  expect([ids.length, new Set(ids).size]).toEqual([4, 2])
})

test('reads nothing else', async () => {
  const { post } = await aDoor()
  expect((await post('/v1/traces', 'x', { 'content-type': 'text/plain' })).status).toBe(415)
})
