import { describe, expect, test } from 'vitest'

import { refuse, rejectOf } from '../../../services/collect/normalize/reject.ts'
import { aPostDoor, LINES } from '../a-post-door.ts'

const COLLECTOR = { ...LINES, 'tocsin-collector': 'acme/db%201' }
const aReject = (differs: object = {}): string =>
  JSON.stringify({ position: 7, reason: 'NOT_JSON', detail: '', bytes: 12, ...differs })
const PLACE = { source: 'db 1', partition: 0, position: 7, bytes: 12 }

describe('POST /v1/rejects', () => {
  test('tells what a collector could not read, the same however often it is told', async () => {
    const { post, recordsOf } = await aPostDoor()
    const told = { status: 200, json: { accepted: 1 } }
    expect(await post('/v1/rejects', aReject(), COLLECTOR)).toMatchObject(told)
    expect(await post('/v1/rejects', `${aReject()}\n`, COLLECTOR)).toMatchObject(told)
    const expected = rejectOf(PLACE, { ...refuse('NOT_JSON', ''), tenantId: 'acme' })
    expect(await recordsOf('rejects.v1')).toEqual([expected, expected])
  })

  test('lets nobody say whose a reject is, or which', async () => {
    const { post, recordsOf } = await aPostDoor()
    const claimed = { reject_id: 'r', tenant_id: 'other', source: 'other', rejected_by: 'export' }
    await post(
      '/v1/rejects',
      aReject({ ...claimed, occurred_at: '2026-01-05T08:00:00Z' }),
      COLLECTOR,
    )
    const [reject] = await recordsOf('rejects.v1')
    expect(reject).toMatchObject({ tenant_id: 'acme', source: 'db 1', rejected_by: 'collect' })
    expect(reject?.reject_id).toBe(rejectOf(PLACE, refuse('NOT_JSON', '')).reject_id)
    expect(reject?.occurred_at).toBe(Date.UTC(2026, 0, 5, 8) * 1000)
  })

  test.for([
    { why: 'no JSON', line: 'x', flaw: { reason: 'NOT_JSON' } },
    { why: 'no reason', line: '{"position":1,"detail":"","bytes":1}', flaw: { field: 'reason' } },
    {
      why: 'a reason in words',
      line: aReject({ reason: 'it was bad' }),
      flaw: { field: 'reason' },
    },
    { why: 'a long detail', line: aReject({ detail: 'x'.repeat(201) }), flaw: { field: 'detail' } },
    { why: 'a place before any', line: aReject({ position: -1 }), flaw: { field: 'position' } },
    { why: 'a length below none', line: aReject({ bytes: -1 }), flaw: { field: 'bytes' } },
  ])('takes nothing of a post that holds $why', async ({ line, flaw }) => {
    const { post, recordsOf } = await aPostDoor()
    expect(await post('/v1/rejects', `${aReject()}\n${line}`, COLLECTOR)).toMatchObject({
      status: 400,
      json: { accepted: 0, rejected: [{ line: 2, ...flaw }], error: { code: 'NOTHING_ACCEPTED' } },
    })
    expect(await recordsOf('rejects.v1')).toEqual([])
  })

  test.for([
    { why: 'nobody named', headers: LINES, status: 400 },
    {
      why: 'a collector that is none',
      headers: { ...LINES, 'tocsin-collector': 'a' },
      status: 400,
    },
    { why: 'no lines', headers: { ...COLLECTOR, 'content-type': 'text/csv' }, status: 415 },
    { why: 'a token of nobody', headers: { ...COLLECTOR, authorization: 'Bearer x' }, status: 401 },
  ])('refuses a post with $why', async ({ headers, status }) => {
    const { post, recordsOf } = await aPostDoor()
    expect((await post('/v1/rejects', aReject(), headers)).status).toBe(status)
    expect(await recordsOf('rejects.v1')).toEqual([])
  })

  test('says come back where the log is away', async () => {
    const { post, world } = await aPostDoor()
    world.isDown = true
    expect(await post('/v1/rejects', aReject(), COLLECTOR)).toMatchObject({
      status: 503,
      json: { error: { code: 'LOG_UNAVAILABLE' } },
    })
  })
})
