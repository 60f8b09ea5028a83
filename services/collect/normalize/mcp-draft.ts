import type { ApplicationEvent } from '#domain/records/index.ts'
import { formatTime } from '#domain/time.ts'
import type { Actor } from './mcp-actor.ts'
import type { KeptContent } from './mcp-content.ts'

/** What an event says beside who, when and where. `extra` holds values; they become JSON text. */
export type EventDraft = { action: ApplicationEvent['action'] } & Partial<
  Pick<
    ApplicationEvent,
    | 'call_id'
    | 'method'
    | 'tool_name'
    | 'tool_definition_hash'
    | 'tool_annotations'
    | 'arguments'
    | 'content'
    | 'content_bytes'
    | 'content_truncated'
    | 'is_error'
    | 'error'
    | 'duration_ms'
    | 'decision'
    | 'protocol_version'
  >
> & { extra?: Record<string, unknown> }

/** An actor whose session is settled. */
export type SettledActor = Actor & {
  sessionId: string
  sessionBasis: ApplicationEvent['session_basis']
}

/** What all events of one tap have in common. */
export type EventOrigin = {
  tenantId: string
  collectorId: string
  serverId: string
  transport: 'stdio' | 'http'
}

/** A draft's fields of kept content. */
export function contentFields(
  kept: KeptContent,
): Pick<ApplicationEvent, 'content' | 'content_bytes' | 'content_truncated'> {
  return { content: kept.text, content_bytes: kept.bytes, content_truncated: kept.isCut }
}

/** An event as the line of JSON that travels, without its line ending. */
export function eventLine(
  draft: EventDraft,
  actor: SettledActor,
  origin: EventOrigin,
  place: { seq: number; occurredAtUs: number },
): string {
  const { extra, ...said } = draft
  const { token } = actor
  const time = formatTime(place.occurredAtUs)
  return JSON.stringify({
    layer: 'application',
    event_id: `${origin.collectorId}-${place.seq}`,
    occurred_at: time,
    collected_at: time,
    tenant_id: origin.tenantId,
    collector_id: origin.collectorId,
    collector_seq: place.seq,
    session_id: actor.sessionId,
    session_basis: actor.sessionBasis,
    agent_id: actor.agentId,
    agent_version: actor.agentVersion,
    user_id: actor.userId,
    server_id: origin.serverId,
    trace_id: actor.traceId,
    span_id: actor.spanId,
    token_id: token?.id,
    token_audience: token?.audience,
    token_scopes: token?.scopes,
    delegation_chain: token?.delegationChain,
    client_address: actor.clientAddress,
    client_name: actor.clientName ?? actor.userAgent,
    transport: origin.transport,
    ...said,
    extra: extraOf(extra, actor),
  })
}

function extraOf(
  extra: Record<string, unknown> | undefined,
  actor: SettledActor,
): Record<string, string> | undefined {
  const { token, userAgent, roles } = actor
  const all: Record<string, unknown> = {
    ...extra,
    token_hash: token?.hash,
    token_issuer: token?.issuer,
    user_agent: userAgent,
    roles: roles.length === 0 ? undefined : roles,
  }
  const present = Object.entries(all).filter(([, value]) => value !== undefined)
  if (present.length === 0) return undefined
  return Object.fromEntries(present.map(([name, value]) => [name, JSON.stringify(value)]))
}
