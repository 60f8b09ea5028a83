import type { Action } from '#domain/records/index.ts'
import { tokenId } from '#domain/token-id.ts'
import { ActionFailure, type Adapter, type Proof } from './adapter.ts'
import { attempt } from './attempts.ts'
import type { Destinations } from './destinations.ts'
import { postOnce } from './http-request.ts'

const TIMEOUT_MS = 10_000
const AGENT_PREFIX = 'agent:'

type OAuth = NonNullable<Destinations['oauth']>
type Token = OAuth['tokens'][string][number]

/**
 * Revokes an agent's tokens at the authorization server (RFC 7009) and proves it by introspection
 * (RFC 7662). A token that carries its own claims outlives this, and not every server can revoke:
 * whatever comes of it, the action says by which ids the taps know these tokens, and respond has
 * the taps refuse them.
 */
export function oauthAdapter(
  oauth: Destinations['oauth'],
  world: { random: () => number; firstDelayMs?: number; hashKey: string | undefined },
): Adapter {
  const tokensOf = (action: Action): { server: OAuth; tokens: readonly Token[] } => {
    const agentId = action.scope?.startsWith(AGENT_PREFIX)
      ? action.scope.slice(AGENT_PREFIX.length)
      : ''
    const tokens = oauth?.tokens[agentId] ?? []
    if (oauth === undefined || tokens.length === 0)
      throw new ActionFailure('no token of this agent is configured', false)
    return { server: oauth, tokens }
  }
  const post = (server: OAuth, url: string, token: Token, signal: AbortSignal): Promise<string> =>
    attempt(() => postOnce({ ...formOf(server, token), url, timeoutMs: TIMEOUT_MS, signal }), {
      ...world,
      signal,
    })
  return {
    plan: (action) => {
      const { server, tokens } = tokensOf(action)
      return `revoke ${tokens.length} tokens at ${new URL(server.revocation_endpoint).host}`
    },
    apply: async (action, signal) => {
      const { server, tokens } = tokensOf(action)
      const parameters = idsOf(tokens, world.hashKey)
      const refusals: ActionFailure[] = []
      for (const token of tokens)
        try {
          await post(server, server.revocation_endpoint, token, signal)
        } catch (error) {
          if (!(error instanceof ActionFailure)) throw error
          refusals.push(error)
        }
      const [first] = refusals
      if (first === undefined) return { detail: `${tokens.length} tokens revoked`, parameters }
      const many = `${refusals.length} of ${tokens.length} tokens are not revoked: ${first.message}`
      const failure = new ActionFailure(many, false)
      failure.parameters = parameters
      throw failure
    },
    prove: async (action, signal): Promise<Proof> => {
      const { server, tokens } = tokensOf(action)
      const { introspection_endpoint: url } = server
      if (url === undefined) return { phase: 'unproven', detail: 'no introspection is configured' }
      let [activeCount, unknownCount] = [0, 0]
      for (const token of tokens)
        try {
          if (isActive(await post(server, url, token, signal))) activeCount += 1
        } catch (error) {
          if (!(error instanceof ActionFailure)) throw error
          unknownCount += 1
        }
      if (activeCount > 0)
        return { phase: 'ineffective', detail: `${activeCount} tokens are still active` }
      return unknownCount > 0
        ? { phase: 'unproven', detail: `of ${unknownCount} tokens the server does not say` }
        : { phase: 'proven', detail: `${tokens.length} tokens are not active` }
    },
    undo: () => Promise.reject(new ActionFailure('a revoked token stays revoked', false)),
  }
}

/** By what the taps know these tokens; without the key of hashes nothing is said. */
function idsOf(tokens: readonly Token[], hashKey: string | undefined): Record<string, string> {
  if (hashKey === undefined) return {}
  return { token_ids: JSON.stringify(tokens.map(({ token }) => tokenId(token, hashKey))) }
}

function formOf(
  { client_id: id, client_secret: secret }: OAuth,
  { token, hint }: Token,
): { headers: Record<string, string>; body: string } {
  const credentials = [id, secret].map(encodeURIComponent).join(':')
  const body = new URLSearchParams({
    token,
    ...(hint === undefined ? {} : { token_type_hint: hint }),
  })
  return {
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: body.toString(),
  }
}

/** What cannot be read does not prove that a token is dead. */
function isActive(answer: string): boolean {
  try {
    return (JSON.parse(answer) as { active?: unknown }).active !== false
  } catch {
    return true
  }
}
