import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import Provider from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { tokenHash } from '#domain/token-id.ts'
import { oauthAdapter } from '../../../services/respond/actions/oauth-revocation.ts'
import { anAction, calm } from './an-action.ts'

const CLIENT = { client_id: 'tocsin', client_secret: 'of this test alone' }
const hashKey = 'of this test'
const world = { random: () => 0, firstDelayMs: 1, hashKey }
const action = anAction({ kind: 'oauth-revocation', scope: 'agent:assistant' })
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(url, {
    clients: [
      {
        ...CLIENT,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
    },
  })
  const handle = provider.callback()
  server.on('request', (request, response) => void handle(request, response))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function aToken(): Promise<string> {
  const basic = Buffer.from(`tocsin:${encodeURIComponent(CLIENT.client_secret)}`).toString('base64')
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token: token } = (await response.json()) as { access_token: string }
  return token
}

const adapterFor = (...tokens: string[]) =>
  oauthAdapter(
    {
      ...CLIENT,
      revocation_endpoint: `${url}/token/revocation`,
      introspection_endpoint: `${url}/token/introspection`,
      tokens: { assistant: tokens.map((token) => ({ token, hint: undefined })) },
    },
    world,
  )

test('a token is active until it is revoked, and proven dead after', async () => {
  const [one, other] = [await aToken(), await aToken()]
  const adapter = adapterFor(one, other)
  expect(await adapter.prove(action, calm)).toEqual({
    phase: 'ineffective',
    detail: '2 tokens are still active',
  })
  expect(await adapter.apply(action, calm)).toMatchObject({ detail: '2 tokens revoked' })
  expect(await adapter.prove(action, calm)).toMatchObject({ phase: 'proven' })
})

test('revoking again, and revoking what is none, does no harm', async () => {
  const adapter = adapterFor(await aToken(), 'no-such-token')
  await adapter.apply(action, calm)
  expect(await adapter.apply(action, calm)).toMatchObject({ detail: '2 tokens revoked' })
  expect(await adapter.prove(action, calm)).toMatchObject({ phase: 'proven' })
})

test("another agent's tokens are left alone", async () => {
  const token = await aToken()
  const other = anAction({ kind: 'oauth-revocation', scope: 'agent:somebody' })
  await expect(adapterFor(token).apply(other, calm)).rejects.toThrow('no token of this agent')
  expect(await adapterFor(token).prove(action, calm)).toMatchObject({ phase: 'ineffective' })
})

test('a client the server does not know fails for good', async () => {
  const adapter = oauthAdapter(
    {
      client_id: 'stranger',
      client_secret: 'none',
      revocation_endpoint: `${url}/token/revocation`,
      tokens: { assistant: [{ token: 'a', hint: undefined }] },
    },
    world,
  )
  const parameters = { token_ids: JSON.stringify([tokenHash('a', hashKey)]) }
  await expect(adapter.apply(action, calm)).rejects.toMatchObject({ isPassing: false, parameters })
})

test('the taps are told which tokens these are, whether or not they could be revoked', async () => {
  const stating = ['{}', '{"jti":"j-1"}', '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
  const opaque = await aToken()
  const parameters = { token_ids: JSON.stringify(['j-1', tokenHash(opaque, hashKey)]) }
  expect(await adapterFor(opaque).apply(action, calm)).toMatchObject({
    parameters: { token_ids: JSON.stringify([tokenHash(opaque, hashKey)]) },
  })
  // This server does not revoke what looks like a token that carries its claims.
  const adapter = adapterFor(stating, await aToken())
  const applying = adapterFor(stating, opaque).apply(action, calm)
  await expect(applying).rejects.toMatchObject({ isPassing: false, parameters })
  await expect(adapter.apply(action, calm)).rejects.toThrow('1 of 2 tokens are not revoked')
  expect(await adapter.prove(action, calm)).toEqual({
    phase: 'unproven',
    detail: 'of 1 tokens the server does not say',
  })
})
