import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'

import { expect, test } from 'vitest'

import type { Enforcement } from '#domain/records/index.ts'
import { eventually } from '../../support/live.ts'
import { aRestriction } from '../../support/mcp/a-pipeline.ts'
import { anHttpTap, aServer, call, JSON_HEADERS } from '../../support/mcp/an-http-tap.ts'

const MICROS = 1_000

/** More than is held back until it is written down. */
const LONG_CHARS = 2 * 1024 * 1024

/** A call through a tap, whose body is half sent when a restriction comes, where one does. */
async function halfACall(body: string, restrict?: Partial<Enforcement>) {
  const reached = Promise.withResolvers<IncomingMessage>()
  let isAnswered = false
  const upstream = await aServer((asked, answer) => {
    if (asked.method === 'POST') reached.resolve(asked)
    asked.on('end', () => {
      isAnswered ||= asked.method === 'POST'
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
    asked.resume()
  })
  const tap = await anHttpTap(upstream)
  const headers = { ...JSON_HEADERS, 'content-length': String(body.length) }
  const sent = request(`${tap.url}/mcp`, { method: 'POST', headers, agent: false })
  await new Promise((resolve) => sent.write(body.slice(0, -20), resolve))
  if (body.length >= LONG_CHARS) await reached.promise
  // What is asked and answered after it came after it.
  else await (await fetch(`${tap.url}/other`)).text()
  if (restrict !== undefined) tap.point.apply(aRestriction(restrict))
  const halfAtUs = Date.now() * MICROS
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  sent.end(body.slice(-20))
  const [answer] = await answered
  const text = (await answer.setEncoding('utf8').toArray()).join('')
  return { ...tap, reached, answer, text, halfAtUs, isAnswered: () => isAnswered }
}

const longCall = (): string => call(1).replace('{', `{${' '.repeat(LONG_CHARS)}`)

test('a call is told of as of when it came, not of when its body was whole', async () => {
  const { events, halfAtUs, answer } = await halfACall(call(1))
  expect(answer.statusCode).toBe(200)
  const found = await eventually(events, (told) =>
    told.some(({ action }) => action === 'tool_call'),
  )
  const [told] = found.filter(({ action }) => action === 'tool_call')
  expect(Date.parse(String(told?.['occurred_at'])) * MICROS).toBeLessThanOrEqual(halfAtUs)
})

test('a long call that was half sent when a restriction came is broken off', async () => {
  const { reached, answer, isAnswered } = await halfACall(longCall(), { scope_value: 'notes' })
  expect(answer.statusCode).toBe(403)
  const asked = await reached.promise
  await eventually(
    () => asked.destroyed,
    (isGone) => isGone,
  )
  expect(isAnswered()).toBe(false)
})

test('a short call that was half sent when a restriction came is refused', async () => {
  const { text, isAnswered } = await halfACall(call(1), { scope_value: 'notes' })
  expect(JSON.parse(text)).toMatchObject({ id: 1, error: {} })
  expect(isAnswered()).toBe(false)
})
