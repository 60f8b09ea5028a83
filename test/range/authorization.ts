import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import Provider from 'oidc-provider'

const CLIENT = { client_id: 'range', client_secret: 'of the range alone' }

/** An authorization server of the range's own, whose tokens say nothing of themselves. */
export type AuthorizationServer = {
  /** What Tocsin and resource servers must know of it. */
  client: typeof CLIENT
  revocationUrl: string
  introspectionUrl: string
  issue: () => Promise<string>
  isActive: (token: string) => Promise<boolean>
  stop: () => void
}

export async function startAuthorization(): Promise<AuthorizationServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const grant = {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic' as const,
  }
  const provider = new Provider(url, {
    clients: [{ ...CLIENT, ...grant }],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
    },
    ttl: { ClientCredentials: 24 * 3_600 },
  })
  const handle = provider.callback()
  server.on('request', (request, response) => void handle(request, response))
  const credentials = [CLIENT.client_id, CLIENT.client_secret].map(encodeURIComponent).join(':')
  const headers = { authorization: `Basic ${btoa(credentials)}` }
  const post = async (path: string, form: Record<string, string>): Promise<unknown> => {
    const body = new URLSearchParams(form)
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`the authorization server answered ${answer.status}`)
    return answer.json()
  }
  return {
    client: CLIENT,
    revocationUrl: `${url}/token/revocation`,
    introspectionUrl: `${url}/token/introspection`,
    issue: async () => {
      const grantType = { grant_type: 'client_credentials' }
      return ((await post('/token', grantType)) as { access_token: string }).access_token
    },
    isActive: async (token) =>
      ((await post('/token/introspection', { token })) as { active: boolean }).active,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
