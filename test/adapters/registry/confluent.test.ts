import { createServer, type Server } from 'node:http'

import { afterEach, expect, test } from 'vitest'

import { confluentSchemaIds } from '../../../services/lib/adapters/registry/confluent.ts'
import { freePorts } from '../../support/servers/process.ts'

let server: Server | undefined

afterEach(() => {
  server?.close()
  server = undefined
})

/** A registry that answers every request alike, and counts them. */
async function answering(
  status: number,
  body: object,
): Promise<{ url: string; seen: { authorization: string | undefined }[] }> {
  const seen: { authorization: string | undefined }[] = []
  server = createServer((request, response) => {
    seen.push({ authorization: request.headers.authorization })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const running = server
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve))
  const { port } = running.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, seen }
}

test.for([
  { why: 'unknown user', status: 401, code: 'BAD_SETTINGS' },
  { why: 'user without the right', status: 403, code: 'BAD_SETTINGS' },
  { why: 'broken registry', status: 500, code: 'REGISTRY_UNAVAILABLE' },
  { why: 'overloaded registry', status: 503, code: 'REGISTRY_UNAVAILABLE' },
])('$why: $code', async ({ status, code }) => {
  const { url } = await answering(status, {})
  const ids = confluentSchemaIds({ url })
  await expect(ids.lookUp(1)).rejects.toMatchObject({ code })
  await expect(ids.register('s-value', {})).rejects.toMatchObject({ code })
})

test('nobody there: REGISTRY_UNAVAILABLE', async () => {
  const [port = 0] = await freePorts(1)
  const ids = confluentSchemaIds({ url: `http://127.0.0.1:${port}` })
  await expect(ids.lookUp(1)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
})

test('a body that is no schema counts as unknown', async () => {
  const { url } = await answering(200, { schema: 'not JSON' })
  expect(await confluentSchemaIds({ url }).lookUp(1)).toBeUndefined()
})

test('a user and a password in the address go into the header, not into the request', async () => {
  const { url, seen } = await answering(404, {})
  await confluentSchemaIds({ url: url.replace('//', '//me:s%40crat@') }).lookUp(1)
  const expected = `Basic ${Buffer.from('me:s@crat').toString('base64')}`
  expect(seen).toEqual([{ authorization: expected }])
})
