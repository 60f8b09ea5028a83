import { describe, expect, test } from 'vitest'

import { probeRoutes } from '../../../services/lib/adapters/http/probes.ts'
import { topicRecordsRoute } from '../../../services/lib/adapters/http/topic-records.ts'
import { aStageWorld } from '../../support/stage-world.ts'
import { aServer, TOKENS } from './a-server.ts'

describe('probes', () => {
  test('say how it is without a token; metrics want one', async () => {
    const obstacles: string[] = []
    const metrics = (): string => 'tocsin_up 1\n'
    const { call } = await aServer({
      routes: probeRoutes({ ailments: () => [], obstacles: () => obstacles, metrics }),
    })
    expect(await call('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
    expect((await call('/readyz')).status).toBe(200)
    obstacles.push('the log is away')
    expect(await call('/readyz')).toMatchObject({
      status: 503,
      text: '{"status":"failing","reasons":["the log is away"]}',
    })
    expect((await call('/metrics')).status).toBe(401)
    const headers = { authorization: `Bearer ${TOKENS.admin}` }
    expect(await call('/metrics', { headers })).toMatchObject({ status: 200, text: metrics() })
  })
})

describe('GET /v1/topics', () => {
  async function aTopic() {
    const { log } = await aStageWorld({ laneCount: 2 })
    const sender = await log.openSender()
    await sender.send(
      [Buffer.from('a'), null, Buffer.from('c')].map((value, index) => ({
        topic: 'rejects.v1',
        partition: 1,
        key: `k-${index}`,
        value,
        headers: index === 0 ? { h: '1' } : {},
      })),
    )
    const { call } = await aServer({ routes: [topicRecordsRoute(log)] })
    const headers = { authorization: `Bearer ${TOKENS.admin}` }
    return async (path: string) => {
      const answer = await call(`/v1/topics/${path}`, { headers })
      return { status: answer.status, json: JSON.parse(answer.text) as Record<string, unknown> }
    }
  }

  test('gives raw records with their offsets', async () => {
    const read = await aTopic()
    expect((await read('rejects.v1/1')).json).toEqual({
      topic: 'rejects.v1',
      partition: 1,
      next_offset: 3,
      end_offset: 3,
      records: [
        { offset: 0, key: 'k-0', value: 'YQ==', headers: { h: '1' } },
        { offset: 1, key: 'k-1', value: null, headers: {} },
        { offset: 2, key: 'k-2', value: 'Yw==', headers: {} },
      ],
    })
  })

  test.for([
    { why: 'a part', path: 'rejects.v1/1?from=1&limit=1', keys: ['k-1'], next: 2 },
    { why: 'the end', path: 'rejects.v1/1?from=3', keys: [], next: 3 },
    { why: 'another partition', path: 'rejects.v1/0', keys: [], next: 0 },
  ])('$why', async ({ path, keys, next }) => {
    const { json } = await (await aTopic())(path)
    expect((json['records'] as { key: string }[]).map(({ key }) => key)).toEqual(keys)
    expect(json['next_offset']).toBe(next)
  })

  test.for([
    { path: 'nothing.v1/0', status: 404 },
    { path: 'rejects.v1/2', status: 404 },
    { path: 'rejects.v1/-1', status: 400 },
    { path: 'rejects.v1/x', status: 400 },
    { path: 'rejects.v1/1?from=-1', status: 400 },
    { path: 'rejects.v1/1?from=1e3', status: 400 },
    { path: 'rejects.v1/1?limit=0', status: 400 },
    { path: 'rejects.v1/1?limit=1001', status: 400 },
    { path: 'rejects.v1/1?limit=1000', status: 200 },
  ])('$path: $status', async ({ path, status }) => {
    expect((await (await aTopic())(path)).status).toBe(status)
  })
})
