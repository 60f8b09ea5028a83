import type { Asked, Decision, Subject } from '../enforcement/decide.ts'
import { refusalJson } from '../enforcement/refusal.ts'
import { inspectResult } from '../enforcement/sanitise.ts'
import type { Restriction } from '../enforcement/restrictions.ts'
import { actorOf, sessionOf, type Actor, type SessionOf } from '../normalize/mcp-actor.ts'
import { keptArguments } from '../normalize/mcp-arguments.ts'
import { McpConnection, type Passing } from '../normalize/mcp-connection.ts'
import type { SettledActor } from '../normalize/mcp-draft.ts'
import { objectIn, textIn, type McpMessage } from '../normalize/mcp-message.ts'
import type { Recorder } from './recorder.ts'

/** What the transport knows of a message's sender. */
export type Sender = {
  headers: Readonly<Record<string, string | undefined>>
  clientAddress: string | undefined
}

/** What becomes of an answer that was looked into before it passed. */
type Changed = { json: unknown } | { refusedBy: Restriction }

export const NO_SENDER: Sender = { headers: {}, clientAddress: undefined }

/**
 * One connection between a client and a server, as a tap treats it: who is behind a message, may
 * it pass, and what it tells.
 */
export class Wire {
  readonly serverId: string
  readonly #recorder: Recorder
  readonly #name: string
  /** What tells clients apart that say the same of themselves. */
  readonly #clientInstance: string
  readonly #connection: McpConnection
  /** Whose session was reckoned last. */
  #inferred: { signs: (string | undefined)[]; session: SessionOf } | undefined
  #home: { key: string | undefined; sessionId: string; actor: SettledActor } | undefined

  constructor(recorder: Recorder, serverId: string, name: string, clientInstance: string) {
    this.#recorder = recorder
    this.serverId = serverId
    this.#clientInstance = clientInstance
    this.#name = `${recorder.parts.outbox.collectorId}/${name}`
    const { keep } = recorder.parts
    this.#connection = new McpConnection(this.#name, keep, recorder.catalogue(serverId))
  }

  /** Who a message of the client's is of; undefined message: a request without one. */
  actor(message: McpMessage | undefined, { headers, clientAddress }: Sender): SettledActor {
    const { known, memory, nowUs, tenantId } = this.#recorder.parts
    if (message !== undefined) this.#connection.meet(message)
    const actor = actorOf({
      known,
      clientInfo: this.#connection.clientInfo,
      meta: message !== undefined && 'params' in message ? objectIn(message.params, '_meta') : {},
      headers,
      token: this.#recorder.token(headers['authorization']),
      clientAddress,
    })
    const session = this.#sessionOf(actor, tenantId)
    const isStart = message?.kind === 'request' && message.method === 'initialize'
    const key = session.basis === 'inferred' ? session.key : undefined
    const sessionId =
      session.basis === 'inferred' ? memory.session(session.key, nowUs(), isStart) : session.id
    const settled: SettledActor = { ...actor, sessionId, sessionBasis: session.basis }
    if (isStart && session.basis !== 'trace') this.#settle(key, settled)
    this.#recorder.noteSession(settled, this.serverId)
    return settled
  }

  /** Whether a message of the client's may pass; `undefined`: it only listens. */
  judge(message: McpMessage | undefined, actor: SettledActor): Decision {
    const { point, nowUs } = this.#recorder.parts
    return point.decide(this.#subject(actor), this.#asked(message), nowUs())
  }

  /** A message of the client's was refused. */
  refused(
    message: McpMessage | undefined,
    decision: Exclude<Decision, { verdict: 'pass' }>,
    actor: SettledActor,
  ): void {
    const { keep } = this.#recorder.parts
    const params = message !== undefined && 'params' in message ? message.params : {}
    const asked = this.#asked(message)
    const refused = {
      method: asked.method,
      tool_name: asked.toolName ?? null,
      arguments: keptArguments(params['arguments'] ?? {}, keep).json ?? null,
    }
    this.#recorder.refuse(refused, decision, actor, this.serverId)
  }

  /** Whether all the server owes is answers to calls, whose events are written down. */
  get awaitsCallsOnly(): boolean {
    return this.#connection.awaitsCallsOnly
  }

  /** A message of the client's has passed. */
  clientSaid(message: McpMessage, passing: Passing): void {
    this.#recorder.record(this.#connection.fromClient(message, passing), this.serverId)
  }

  /** A message of the server's has passed. */
  serverSaid(message: McpMessage, passing: Passing): void {
    this.#recorder.record(this.#connection.fromServer(message, passing), this.serverId)
  }

  /** An exchange broke off; undefined: all there are. */
  broke(exchange: number | undefined, reason: string): void {
    const told = this.#connection.abandon(exchange, reason, this.#recorder.parts.nowUs())
    this.#recorder.record(told, this.serverId)
  }

  /**
   * What passes in place of what the server says: nothing where it is empty; undefined: what it
   * says. `isCut`: it is too long to be looked into. `tellServer` hears, as JSON, what a server
   * must be told whose question was not let through.
   */
  replaced(
    message: McpMessage,
    isCut: boolean,
    actor: SettledActor,
    tellServer: (refusal: string) => void,
  ): string | undefined {
    if (message.kind === 'notification') return isCut ? '' : undefined
    if (message.kind === 'request') {
      // The client's answer is what a restriction would refuse: the question need not be asked.
      const decision = this.judge({ kind: 'result', id: message.id, result: {} }, actor)
      if (decision.verdict === 'pass') return isCut ? '' : undefined
      this.refused(message, decision, actor)
      tellServer(refusalJson(message.id, decision.by ?? 'away'))
      return ''
    }
    if (isCut) return message.id === undefined ? '' : refusalJson(message.id, 'opaque')
    const changed = this.#inspect(message, actor)
    if (changed === undefined) return undefined
    const text =
      'json' in changed
        ? JSON.stringify(changed.json)
        : refusalJson(message.id ?? null, changed.refusedBy)
    return text
  }

  /** What of an answer may reach the client; undefined: all of it, as it is. */
  #inspect(message: McpMessage, actor: SettledActor): Changed | undefined {
    if (message.kind !== 'result') return undefined
    const { point, nowUs } = this.#recorder.parts
    const asked = { ...NO_ANSWER, definitionHash: undefined }
    const restrictions = point.contentRestrictions(this.#subject(actor), asked, nowUs())
    const inspected = inspectResult(message.result, restrictions)
    if (inspected.verdict === 'pass') return undefined
    this.#recorder.refuse(
      { method: 'result', tool_name: null },
      { verdict: 'refuse', by: inspected.by },
      actor,
      this.serverId,
    )
    if (inspected.verdict === 'refuse') return { refusedBy: inspected.by }
    return { json: { jsonrpc: '2.0', id: message.id, result: inspected.result } }
  }

  /** The connection has ended, by a word of the client's or the server's. */
  end(): void {
    this.broke(undefined, 'the connection ended')
    const home = this.#home
    if (home === undefined) return
    this.#home = undefined
    const { memory, nowUs } = this.#recorder.parts
    if (!memory.leave(home.key, home.sessionId, this.#name)) return
    const draft = { action: 'session_end' } as const
    this.#recorder.record([{ draft, actor: home.actor, atUs: nowUs() }], this.serverId)
  }

  /** As `sessionOf`; one who is the same as before is not reckoned anew. */
  #sessionOf(actor: Actor, tenantId: string): SessionOf {
    const signs = [actor.agentId, actor.userId, actor.clientName, actor.token?.issuer]
    const isSame = this.#inferred?.signs.every((sign, index) => sign === signs[index]) === true
    const isInferred = actor.conversationId === undefined && actor.traceId === undefined
    if (isInferred && isSame && this.#inferred !== undefined) return this.#inferred.session
    const session = sessionOf(actor, tenantId, this.#clientInstance)
    if (session.basis === 'inferred') this.#inferred = { signs, session }
    return session
  }

  #settle(key: string | undefined, actor: SettledActor): void {
    this.#home = { key, sessionId: actor.sessionId, actor }
    this.#recorder.parts.memory.join(actor.sessionId, this.#name)
  }

  #subject(actor: SettledActor): Subject {
    const { token, userId, clientName, agentId, roles, sessionId } = actor
    const names = [userId, clientName, token?.subject, token?.clientId]
    return {
      serverId: this.serverId,
      sessionId,
      agentId,
      roles,
      tokenIds: token === undefined ? [] : [...new Set([token.id, token.hash])],
      names: names.filter((name) => name !== undefined),
    }
  }

  #asked(message: McpMessage | undefined): Asked {
    if (message === undefined) return { ...NO_ANSWER, kind: 'stream', method: 'listen' }
    if (message.kind === 'result' || message.kind === 'error') return NO_ANSWER
    const { kind, method, params } = message
    if (method !== 'tools/call') return { ...NO_ANSWER, kind, method }
    const toolName = textIn(params, 'name') ?? ''
    const tool = this.#recorder.catalogue(this.serverId).get(toolName)
    const { point } = this.#recorder.parts
    const isReading = point.isReading(this.serverId, toolName, tool?.annotations)
    return { kind, method, toolName, definitionHash: tool?.hash, isReading }
  }
}

const NO_ANSWER: Asked = {
  kind: 'response',
  method: 'response',
  toolName: undefined,
  definitionHash: undefined,
  isReading: false,
}
