import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { parseTime } from '../../../services/lib/domain/time.ts'
import { LINES, NOW_MS, aPostDoor } from '../a-post-door.ts'
import { anEventLine } from '../an-event.ts'

const accepted = (count: number) => ({ accepted: count, rejected_count: 0, rejected: [] })

describe('POST /v1/events', () => {
  test('answers when the events are in the log', async () => {
    const { post, recordsOf } = await aPostDoor()
    const body = `${anEventLine()}\n${anEventLine({ layer: 'data', action: 'select' })}\n`
    expect(await post('/v1/events', body)).toMatchObject({ status: 200, json: accepted(2) })
    const [event] = await recordsOf('events.application.v1')
    expect(event).toMatchObject({ event_id: 'e-1', collected_at: NOW_MS * 1000, late: false })
    expect((await recordsOf('events.data.v1')).length).toBe(1)
  })

  test.for([
    {
      why: 'gzip',
      body: gzipSync(anEventLine()),
      headers: { ...LINES, 'content-encoding': 'gzip' },
    },
    {
      why: 'of a type with parameters',
      body: anEventLine(),
      headers: { 'content-type': 'Application/X-NDJSON; charset=utf-8' },
    },
    {
      why: 'of one line as JSON',
      body: anEventLine(),
      headers: { 'content-type': 'application/json' },
    },
  ])('takes a post $why', async ({ body, headers }) => {
    const { post } = await aPostDoor()
    expect(await post('/v1/events', body, headers)).toMatchObject({
      status: 200,
      json: accepted(1),
    })
  })

  test('answers bad lines by number and reason, keeps the good, and records the bad', async () => {
    const { post, recordsOf } = await aPostDoor()
    const long = anEventLine({ content: 'x'.repeat(2_000) })
    const body = ['not JSON', anEventLine(), '', anEventLine({ tenant_id: 7 }), long].join('\n')
    const rejected = [
      { line: 1, reason: 'NOT_JSON' },
      { line: 4, reason: 'WRONG_TYPE', field: 'tenant_id' },
      { line: 5, reason: 'LINE_TOO_LONG' },
    ]
    const answer = { status: 200, json: { accepted: 1, rejected_count: 3, rejected } }
    expect(await post('/v1/events', body)).toMatchObject(answer)
    const records = await recordsOf('rejects.v1')
    expect(new Set(records.map(({ position }) => position))).toEqual(new Set([1, 4, 5]))
    await post('/v1/events', body)
    expect(new Set((await recordsOf('rejects.v1')).map((one) => one.reject_id)).size).toBe(3)
  })

  test.for([
    {
      why: 'every line is bad',
      body: 'x\ny',
      headers: LINES,
      status: 400,
      code: 'NOTHING_ACCEPTED',
    },
    {
      why: 'a type nobody reads',
      body: anEventLine(),
      headers: { 'content-type': 'text/csv' },
      status: 415,
      code: 'UNSUPPORTED_TYPE',
    },
    {
      why: 'a promise that is none',
      body: anEventLine(),
      headers: { ...LINES, 'tocsin-watermark': '-1' },
      status: 400,
      code: 'BAD_HEADER',
    },
    {
      why: 'a collector that is none',
      body: '',
      headers: { ...LINES, 'tocsin-collector': 'acme' },
      status: 400,
      code: 'BAD_HEADER',
    },
    {
      why: 'a collector badly encoded',
      body: '',
      headers: { ...LINES, 'tocsin-collector': 'a/%f' },
      status: 400,
      code: 'BAD_HEADER',
    },
  ])('refuses: $why', async ({ body, headers, status, code }) => {
    const { post } = await aPostDoor()
    expect(await post('/v1/events', body, headers)).toMatchObject({
      status,
      json: { error: { code } },
    })
  })

  test('refuses one collector too many for now, and takes nothing of it', async () => {
    const { post, recordsOf } = await aPostDoor()
    const lines = ['a', 'b', 'c'].map((collector_id) => anEventLine({ collector_id }))
    expect(await post('/v1/events', lines.join('\n'))).toMatchObject({
      status: 429,
      retryAfter: '60',
      json: { error: { code: 'TOO_MANY_COLLECTORS' } },
    })
    expect(await recordsOf('events.application.v1')).toEqual([])
  })

  test('takes a sign of life without events, and an empty post', async () => {
    const { post } = await aPostDoor()
    const headers = { ...LINES, 'tocsin-collector': 'acme/tap%201' }
    expect(await post('/v1/events', '', headers)).toMatchObject({ status: 200, json: accepted(0) })
    expect(await post('/v1/events', '')).toMatchObject({ status: 200, json: accepted(0) })
  })

  test('says come back where the log is away; posted again nothing is late', async () => {
    const { post, recordsOf, world } = await aPostDoor()
    world.isDown = true
    expect(await post('/v1/events', anEventLine())).toMatchObject({
      status: 503,
      retryAfter: '1',
      json: { error: { code: 'LOG_UNAVAILABLE' } },
    })
    world.isDown = false
    expect((await post('/v1/events', anEventLine())).status).toBe(200)
    const events = await recordsOf('events.application.v1')
    expect(events.map(({ late }) => late)).toEqual([false])
  })
})

describe('POST /v1/alerts', () => {
  const finding = {
    tenant_id: 'acme',
    source: 'edr',
    level: 'high',
    title: 'A shell began',
    summary: 'A shell began under the agent',
    session_id: 's-1',
  }
  const lines = `${JSON.stringify(finding)}\n{"source":"edr"}\n[]\nx`
  const rejected = [
    { line: 2, reason: 'MISSING_FIELD', field: 'tenant_id' },
    { line: 3, reason: 'NOT_AN_OBJECT' },
    { line: 4, reason: 'NOT_JSON' },
  ]
  const json = { 'content-type': 'application/json' }

  test.for([
    { why: 'lines', body: lines, headers: LINES, answer: { accepted: 1, rejected } },
    {
      why: 'one of them',
      body: JSON.stringify(finding, null, 2),
      headers: json,
      answer: accepted(1),
    },
    {
      why: 'a list',
      body: JSON.stringify([finding, 7]),
      headers: json,
      answer: { accepted: 1, rejected: [{ line: 2, reason: 'NOT_AN_OBJECT' }] },
    },
  ])('takes $why', async ({ body, headers, answer }) => {
    const { post, recordsOf } = await aPostDoor()
    expect(await post('/v1/alerts', body, headers)).toMatchObject({ status: 200, json: answer })
    expect(await recordsOf('alerts.v1')).toMatchObject([
      { kind: 'external', source: 'edr', claims: ['anomaly'], occurred_at: NOW_MS * 1000 },
    ])
  })

  test.for([
    { why: 'no JSON', body: Buffer.from('{'), reason: 'NOT_JSON' },
    { why: 'no text', body: Buffer.of(0x22, 0xff, 0x22), reason: 'INVALID_UTF8' },
  ])('refuses a document that is $why', async ({ body, reason }) => {
    const { post } = await aPostDoor()
    expect(await post('/v1/alerts', body, json)).toMatchObject({
      status: 400,
      json: { rejected: [{ line: 1, reason }] },
    })
  })

  test('keeps the time a finding says', async () => {
    const { post, recordsOf } = await aPostDoor()
    const occurred_at = '2026-01-05T08:00:00Z'
    await post('/v1/alerts', JSON.stringify({ ...finding, occurred_at }), json)
    expect((await recordsOf('alerts.v1'))[0]?.occurred_at).toBe(parseTime(occurred_at))
  })
})
