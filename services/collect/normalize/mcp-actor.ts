import { idOf } from '#domain/ids.ts'
import type { JsonObject } from '#domain/json-form.ts'
import { objectIn, textIn } from './mcp-message.ts'
import type { TokenFacts } from './mcp-token.ts'

/** Who sends a request, as far as the wire tells. Undefined: it does not. */
export type Actor = {
  agentId: string | undefined
  agentVersion: string | undefined
  userId: string | undefined
  clientName: string | undefined
  clientAddress: string | undefined
  userAgent: string | undefined
  token: TokenFacts | undefined
  roles: readonly string[]
  traceId: string | undefined
  spanId: string | undefined
  /** The host's own name for the conversation. */
  conversationId: string | undefined
}

/** What an operator says of whoever uses this tap; undefined: the wire tells. */
export type KnownActor = Pick<Actor, 'agentId' | 'userId' | 'conversationId' | 'roles'>

/** What one request says of its sender. */
export type ActorSigns = {
  known: KnownActor
  /** `clientInfo` of the connection's handshake. */
  clientInfo: JsonObject
  /** `params._meta` of the request. */
  meta: JsonObject
  /** By lower-case name; empty on stdio. */
  headers: Readonly<Record<string, string | undefined>>
  token: TokenFacts | undefined
  clientAddress: string | undefined
}

export const META_PREFIX = 'io.modelcontextprotocol/'
/** A header by which a host may name its conversation. */
const CONVERSATION_HEADER = 'tocsin-session'
const CONVERSATION_KEY = 'gen_ai.conversation.id'
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/
const NO_TRACE = '0'.repeat(32)
const NAME_MAX_CHARS = 256
const BAGGAGE_MAX_CHARS = 8_192

/** Puts together who sends a request. What is verified by an issuer goes before what is claimed. */
export function actorOf(signs: ActorSigns): Actor {
  const { known, meta, headers, token, clientAddress } = signs
  const stated = objectIn(meta, `${META_PREFIX}clientInfo`)
  const clientInfo = textIn(stated, 'name') === undefined ? signs.clientInfo : stated
  const clientName = bounded(textIn(clientInfo, 'name'))
  const parent = TRACE_PARENT.exec(textIn(meta, 'traceparent') ?? headers['traceparent'] ?? '')
  const isTraced = parent !== null && parent[1] !== NO_TRACE
  return {
    agentId: known.agentId ?? bounded(token?.clientId) ?? clientName,
    agentVersion: bounded(textIn(clientInfo, 'version')),
    userId: known.userId ?? bounded(token?.subject),
    clientName,
    clientAddress,
    userAgent: bounded(headers['user-agent']),
    token,
    roles: [...new Set([...known.roles, ...(token?.roles ?? [])])].sort(),
    traceId: isTraced ? parent[1] : undefined,
    spanId: isTraced ? parent[2] : undefined,
    conversationId: known.conversationId ?? conversationIn(meta, headers),
  }
}

/** The session of a request, or the name under which an inactivity gap decides it. */
export type SessionOf =
  | { id: string; basis: 'explicit' | 'trace' }
  | { basis: 'inferred'; key: string }

/**
 * What session a request belongs to: the host's conversation, else its trace, else what tenant,
 * agent, user and client have in common. A protocol session id is no conversation.
 */
export function sessionOf(actor: Actor, tenantId: string, clientInstance: string): SessionOf {
  if (actor.conversationId !== undefined) return { id: actor.conversationId, basis: 'explicit' }
  if (actor.traceId !== undefined) return { id: actor.traceId, basis: 'trace' }
  const { agentId = '', userId = '', clientName = '', token } = actor
  const key = idOf(
    'who',
    tenantId,
    agentId,
    userId,
    clientName,
    token?.issuer ?? '',
    clientInstance,
  )
  return { basis: 'inferred', key }
}

function conversationIn(meta: JsonObject, headers: ActorSigns['headers']): string | undefined {
  const named = textIn(meta, CONVERSATION_KEY) ?? headers[CONVERSATION_HEADER]
  if (named !== undefined && named !== '') return bounded(named)
  const baggage = textIn(meta, 'baggage') ?? headers['baggage'] ?? ''
  for (const member of baggage.slice(0, BAGGAGE_MAX_CHARS).split(',')) {
    const [name = '', value = ''] = member.split(';', 1)[0]?.split('=', 2) ?? []
    if (name.trim() !== CONVERSATION_KEY || value.trim() === '') continue
    try {
      return bounded(decodeURIComponent(value.trim()))
    } catch {
      return bounded(value.trim())
    }
  }
  return undefined
}

/** Empty is nothing. */
function bounded(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text.slice(0, NAME_MAX_CHARS)
}
