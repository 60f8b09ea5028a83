import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { webhookAdapter } from '../../../services/respond/actions/webhook.ts'
import { webhookHeaders, webhookRefusal } from '#domain/webhook-signature.ts'
import { anAction, calm } from './an-action.ts'

const SECRET = `whsec_${Buffer.from('a secret of this test alone').toString('base64')}`
const NOW_S = 1_767_600_000
const action = anAction({ kind: 'webhook', parameters: { target: 'soar' } })

type Call = { headers: IncomingHttpHeaders; body: string }
let server: Server
let url = ''
let calls: Call[] = []
let answers: number[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      calls.push({ headers: request.headers, body })
      const status = answers.shift() ?? 200
      if (status === 0) return
      response.writeHead(status, { location: `${url}/elsewhere` }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
})
beforeEach(() => {
  calls = []
  answers = []
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const adapter = (timeoutS = 60) =>
  webhookAdapter(
    { soar: { url, secret: SECRET, timeout_s: timeoutS } },
    { nowMs: () => NOW_S * 1000, random: () => 0, firstDelayMs: 1 },
  )

test('the receiver can tell that it is ours, and which action it is', async () => {
  await adapter().apply(action, calm)
  const [call] = calls
  const headers = call?.headers as Record<string, string>
  expect(webhookRefusal(headers, call?.body ?? '', SECRET, NOW_S)).toBeUndefined()
  expect(headers['webhook-id']).toBe('action-1.apply')
})

test.for<{ why: string; given: number[]; calls: number; timeoutS?: number }>([
  { why: 'it is busy, then there', given: [503, 429, 200], calls: 3 },
  { why: 'it never answers well', given: [500, 500, 500, 500, 500, 500], calls: 5 },
  { why: 'it refuses', given: [400], calls: 1 },
  { why: 'it sends us elsewhere', given: [302], calls: 1 },
  { why: 'it does not answer in time, then does', given: [0, 200], calls: 2, timeoutS: 2 },
])('$why: $calls calls, all of one id', async ({ given, calls: expected, timeoutS }) => {
  answers = [...given]
  await adapter(timeoutS)
    .apply(action, calm)
    .catch(() => undefined)
  expect(calls).toHaveLength(expected)
  expect(new Set(calls.map((call) => call.headers['webhook-id'])).size).toBe(1)
})

describe('a message', () => {
  const body = '{"type":"tocsin.action"}'
  const signed = webhookHeaders('m-1', NOW_S, body, SECRET)
  const other = `whsec_${Buffer.from('another secret altogether').toString('base64')}`

  test.for([
    { why: 'as it was signed', headers: signed, body, refused: undefined },
    {
      why: 'signed by two keys, one of them ours',
      headers: { ...signed, 'webhook-signature': `v1,AAAA ${signed['webhook-signature']}` },
      body,
      refused: undefined,
    },
    { why: 'with another body', headers: signed, body: '{}', refused: 'BAD_SIGNATURE' },
    {
      why: 'with another secret',
      headers: webhookHeaders('m-1', NOW_S, body, other),
      body,
      refused: 'BAD_SIGNATURE',
    },
    {
      why: 'under another id',
      headers: { ...signed, 'webhook-id': 'm-2' },
      body,
      refused: 'BAD_SIGNATURE',
    },
    {
      why: 'of an hour ago',
      headers: webhookHeaders('m-1', NOW_S - 3_600, body, SECRET),
      body,
      refused: 'TOO_OLD',
    },
    { why: 'without a signature', headers: { 'webhook-id': 'm-1' }, body, refused: 'UNSIGNED' },
  ])('$why: $refused', ({ headers, body: text, refused }) =>
    expect(webhookRefusal(headers, text, SECRET, NOW_S)).toBe(refused),
  )
})
