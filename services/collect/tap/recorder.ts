import type { Decision } from '../enforcement/decide.ts'
import type { EnforcementPoint } from '../enforcement/point.ts'
import type { Restriction } from '../enforcement/restrictions.ts'
import type { KnownActor } from '../normalize/mcp-actor.ts'
import type { KeepRules, Told } from '../normalize/mcp-connection.ts'
import { noteDefinition, type ToolCatalogue } from '../normalize/mcp-definition.ts'
import { eventLine, type EventDraft, type SettledActor } from '../normalize/mcp-draft.ts'
import { readBearer, type TokenFacts } from '../normalize/mcp-token.ts'
import type { CallEdge, Outbox } from './outbox.ts'
import type { TapMemory } from './tap-memory.ts'

export type RecorderParts = {
  tenantId: string
  transport: 'stdio' | 'http'
  outbox: Outbox
  memory: TapMemory
  point: EnforcementPoint
  keep: KeepRules
  hashKey: string
  known: KnownActor
  /** Microseconds since the epoch, never less than before. */
  nowUs: () => number
}

/** What concerns a message that was refused, for its event. */
export type Refused = Pick<EventDraft, 'method' | 'tool_name' | 'arguments' | 'call_id'>

const TOKENS_MAX_COUNT = 1_024
const SESSIONS_MAX_COUNT = 20_000
const ACKNOWLEDGED_MAX_COUNT = 50_000

/** Writes what a tap sees, and what it does about it, into its outbox. */
export class Recorder {
  readonly parts: RecorderParts
  readonly #catalogues = new Map<string, ToolCatalogue>()
  readonly #tokens = new Map<string, TokenFacts | undefined>()
  /** Who was last seen in a session, on which servers. */
  readonly #sessions = new Map<string, { actor: SettledActor; servers: Set<string> }>()
  readonly #acknowledged = new Set<string>()

  constructor(parts: RecorderParts) {
    this.parts = parts
  }

  /** What is known of a server's tools; kept across restarts. */
  catalogue(serverId: string): ToolCatalogue {
    const known = this.#catalogues.get(serverId)
    if (known !== undefined) return known
    const catalogue = this.parts.memory.tools(serverId)
    this.#catalogues.set(serverId, catalogue)
    return catalogue
  }

  /** The facts of an `Authorization` header, read once a header. */
  token(authorization: string | undefined): TokenFacts | undefined {
    if (authorization === undefined) return undefined
    if (this.#tokens.has(authorization)) return this.#tokens.get(authorization)
    const facts = readBearer(authorization, this.parts.hashKey)
    trim(this.#tokens, TOKENS_MAX_COUNT)
    this.#tokens.set(authorization, facts)
    return facts
  }

  /** Writes events down. @throws Fault OUTPUT_UNWRITABLE */
  record(told: readonly Told[], serverId: string): void {
    for (const { draft, actor, atUs } of told) {
      this.#noteTool(draft, serverId)
      this.#write(draft, actor, serverId, atUs)
    }
  }

  /** Notes who is in which session, so that a restriction of it can be acknowledged. */
  noteSession(actor: SettledActor, serverId: string): void {
    const known = this.#sessions.get(actor.sessionId)
    if (known !== undefined) {
      known.actor = actor
      known.servers.add(serverId)
      return
    }
    trim(this.#sessions, SESSIONS_MAX_COUNT)
    this.#sessions.set(actor.sessionId, { actor, servers: new Set([serverId]) })
  }

  /** Writes down that a message was refused, and by which restriction. */
  refuse(
    refused: Refused,
    decision: Exclude<Decision, { verdict: 'pass' }>,
    actor: SettledActor,
    serverId: string,
  ): void {
    const { by } = decision
    if (by !== undefined) this.#acknowledge(by, actor, serverId)
    const extra = {
      ...restrictionFields(by),
      reason: by === undefined ? 'the log of restrictions is away' : undefined,
    }
    const draft: EventDraft = {
      action: 'permission_decision',
      decision: 'refused',
      ...refused,
      extra,
    }
    this.#write(draft, actor, serverId, this.parts.nowUs())
  }

  /** Writes down that a restriction is obeyed from now on, wherever it concerns this tap. */
  restricted(restriction: Restriction): void {
    const { scope_kind, scope_value } = restriction
    if (scope_kind === 'session') {
      const session = this.#sessions.get(scope_value)
      for (const serverId of session?.servers ?? [])
        if (session !== undefined) this.#acknowledge(restriction, session.actor, serverId)
      return
    }
    for (const serverId of this.#catalogues.keys()) {
      if (scope_kind === 'server' && scope_value !== serverId) continue
      if (scope_kind === 'tool' && !scope_value.startsWith(`${serverId}/`)) continue
      this.#acknowledge(restriction, nobodyOn(serverId), serverId)
    }
  }

  #acknowledge(restriction: Restriction, actor: SettledActor, serverId: string): void {
    const { enforcement_id, revision } = restriction
    const name = `${enforcement_id}/${revision}/${actor.sessionId}/${serverId}`
    if (this.#acknowledged.has(name)) return
    if (this.#acknowledged.size >= ACKNOWLEDGED_MAX_COUNT) this.#acknowledged.clear()
    this.#acknowledged.add(name)
    const isLifted = restriction.restriction === 'none'
    const draft: EventDraft = {
      action: 'permission_decision',
      decision: isLifted ? 'lifted' : 'restriction_in_force',
      extra: restrictionFields(restriction),
    }
    this.#write(draft, actor, serverId, this.parts.nowUs())
  }

  #write(draft: EventDraft, actor: SettledActor, serverId: string, atUs: number): void {
    const { outbox, tenantId, transport } = this.parts
    const origin = { tenantId, collectorId: outbox.collectorId, serverId, transport }
    outbox.append(
      (seq) => eventLine(draft, actor, origin, { seq, occurredAtUs: atUs }),
      edgeOf(draft),
    )
  }

  /** A definition that was listed is what calls are judged by, also after a restart. */
  #noteTool(draft: EventDraft, serverId: string): void {
    const { action, tool_name: name, tool_definition_hash: hash, tool_annotations } = draft
    if (action !== 'tools_listed' || !name || !hash) return
    const annotations = tool_annotations ?? {}
    const catalogue = this.catalogue(serverId)
    if (catalogue.get(name)?.hash === hash) return
    noteDefinition(catalogue, { name, hash, annotations })
    this.parts.memory.keepTool(serverId, name, hash, annotations)
  }
}

/** The actor of what concerns a server and nobody in particular. */
export function nobodyOn(serverId: string): SettledActor {
  return {
    agentId: undefined,
    agentVersion: undefined,
    userId: undefined,
    clientName: undefined,
    clientAddress: undefined,
    userAgent: undefined,
    token: undefined,
    roles: [],
    traceId: undefined,
    spanId: undefined,
    conversationId: undefined,
    sessionId: `server:${serverId}`,
    sessionBasis: 'server',
  }
}

function edgeOf({ action, call_id: callId }: EventDraft): CallEdge {
  if (typeof callId !== 'string') return {}
  if (action === 'tool_call') return { opens: callId }
  return action === 'tool_result' ? { closes: callId } : {}
}

function restrictionFields(by: Restriction | undefined): Record<string, unknown> {
  if (by === undefined) return {}
  return {
    enforcement_ids: [by.enforcement_id],
    enforcement_revision: by.revision,
    incident_id: by.incident_id ?? undefined,
    restriction: by.restriction,
    scope_kind: by.scope_kind,
    scope_value: by.scope_value,
  }
}

/** Makes room for one more, at the oldest's cost. */
function trim(map: Map<string, unknown>, maxCount: number): void {
  if (map.size < maxCount) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}
