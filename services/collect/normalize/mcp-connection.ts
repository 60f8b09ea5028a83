import type { JsonObject } from '#domain/json-form.ts'
import { META_PREFIX } from './mcp-actor.ts'
import { keptArguments, type ArgumentRules } from './mcp-arguments.ts'
import { contentFields, type EventDraft, type SettledActor } from './mcp-draft.ts'
import { answerDrafts } from './mcp-answer.ts'
import type { ToolCatalogue } from './mcp-definition.ts'
import { objectIn, textIn, type McpMessage, type MessageId } from './mcp-message.ts'
import { serverRequestDraft } from './mcp-server-request.ts'

/** How much of what is said is kept. */
export type KeepRules = ArgumentRules & {
  /** Of a result's text; 0 keeps sizes only. */
  contentMaxChars: number
}

/** One message on its way: who is behind it, when it passed, and in which exchange. */
export type Passing = {
  actor: SettledActor
  atUs: number
  /** The HTTP request it came with, or belongs to; 0 on stdio, where ids are the only tie. */
  exchange: number
  /** What the request's headers say that its body does not (`method`, `name`, `version`). */
  disagreement?: readonly string[]
}

/** An event that is ready but for its number. */
export type Told = { draft: EventDraft; actor: SettledActor; atUs: number }

/** A request of the client's that has not been answered. */
export type Pending = {
  id: MessageId
  exchange: number
  method: string
  actor: SettledActor
  askedAtUs: number
  callId: string | undefined
  toolName: string | undefined
  argumentsJson: string | undefined
  /** Equal for a call and for its repetition with what the server asked for in between. */
  repeatKey: string
}

/** Calls and requests without an answer that one connection remembers; the oldest makes room. */
const PENDING_MAX_COUNT = 1_024
const CONTINUED_MAX_COUNT = 64
const CALL = 'tools/call'

/**
 * One connection between a client and a server, as its messages pass: joins answers to requests
 * by id, and tells what happened as events. Hostile input is expected from both sides.
 */
export class McpConnection {
  readonly #name: string
  readonly #rules: KeepRules
  readonly #catalogue: Readonly<ToolCatalogue>
  readonly #pending = new Map<string, Pending>()
  /** Calls the server wants repeated with more input, and calls it works on as tasks. */
  readonly #continued = new Map<string, Pending>()
  readonly #listed = new Map<string, string>()
  #callCount = 0
  /** How many of the pending are no calls. */
  #otherCount = 0
  /** Of the handshake; empty where there was none. */
  clientInfo: JsonObject = {}
  protocolVersion: string | undefined
  /** Requests forgotten because there were too many. */
  evictedCount = 0

  /**
   * `name` is unique among the connections of a collector. Whoever records what is told notes
   * definitions in the catalogue.
   */
  constructor(name: string, rules: KeepRules, catalogue: ToolCatalogue) {
    this.#name = name
    this.#rules = rules
    this.#catalogue = catalogue
  }

  /** Whether the server owes answers to calls, and to nothing else. */
  get awaitsCallsOnly(): boolean {
    return this.#pending.size > 0 && this.#otherCount === 0
  }

  /** What a message says of its sender that the actor has to know: call it before `fromClient`. */
  meet(message: McpMessage): void {
    if (message.kind !== 'request' || message.method !== 'initialize') return
    const clientInfo = objectIn(message.params, 'clientInfo')
    if (textIn(clientInfo, 'name') !== undefined) this.clientInfo = clientInfo
  }

  /** A message of the client's has passed. */
  fromClient(message: McpMessage, passing: Passing): Told[] {
    if (message.kind === 'notification')
      return this.#cancelled(message.method, message.params, passing)
    if (message.kind !== 'request') return []
    const { method, params } = message
    const version = textIn(objectIn(params, '_meta'), `${META_PREFIX}protocolVersion`)
    if (version !== undefined) this.protocolVersion = version
    const pending: Pending = {
      id: message.id,
      exchange: passing.exchange,
      method,
      actor: passing.actor,
      askedAtUs: passing.atUs,
      callId: undefined,
      toolName: undefined,
      argumentsJson: undefined,
      repeatKey: '',
    }
    const drafts = method === CALL ? this.#call(pending, params, passing) : []
    if (method === 'resources/read' || method === 'prompts/get')
      pending.argumentsJson = this.#argumentsOf(withoutMeta(params)).json
    if (method.startsWith('tasks/')) this.#resumeTask(pending, textIn(params, 'taskId'))
    this.#remember(pending)
    return drafts.map((draft) => this.#told(draft, passing))
  }

  /** A message of the server's has passed. */
  fromServer(message: McpMessage, passing: Passing): Told[] {
    if (message.kind === 'request') {
      const draft = serverRequestDraft(message.method, message.params, this.#rules)
      return draft === undefined ? [] : [this.#told(draft, passing)]
    }
    if (message.kind === 'notification') return []
    const pending = this.#take(message.id, passing.exchange)
    if (pending === undefined) return []
    if (message.kind === 'result' && pending.method === 'initialize')
      this.protocolVersion = textIn(message.result, 'protocolVersion') ?? this.protocolVersion
    const durationMs = Math.max(0, passing.atUs - pending.askedAtUs) / 1000
    const { drafts, continuesAs } = answerDrafts(message, pending, {
      rules: this.#rules,
      catalogue: this.#catalogue,
      listed: this.#listed,
      durationMs,
    })
    if (continuesAs !== undefined) this.#continue(continuesAs, pending)
    const answering = { ...passing, actor: pending.actor }
    return drafts.map((draft) => this.#told(draft, answering))
  }

  /** An exchange broke off, or the connection did: calls without an answer are told as failed. */
  abandon(exchange: number | undefined, reason: string, atUs: number): Told[] {
    const told: Told[] = []
    for (const [key, pending] of this.#pending) {
      if (exchange !== undefined && pending.exchange !== exchange) continue
      this.#forget(key)
      told.push(...this.#unanswered(pending, reason, atUs))
    }
    return told
  }

  #call(pending: Pending, params: JsonObject, passing: Passing): EventDraft[] {
    const toolName = textIn(params, 'name')
    const { json, isCut } = this.#argumentsOf(params['arguments'] ?? {})
    pending.toolName = toolName
    pending.repeatKey = `${toolName ?? ''}\0${json ?? ''}`
    const isRepeat = params['inputResponses'] !== undefined || params['requestState'] !== undefined
    const asked = isRepeat ? this.#continued.get(pending.repeatKey) : undefined
    if (asked !== undefined) {
      this.#continued.delete(pending.repeatKey)
      pending.callId = asked.callId
      return []
    }
    pending.callId = `${this.#name}-${++this.#callCount}`
    const known = this.#catalogue.get(toolName ?? '')
    const extra = {
      header_mismatch: passing.disagreement,
      arguments_truncated: isCut ? true : undefined,
    }
    return [
      {
        action: 'tool_call',
        method: CALL,
        call_id: pending.callId,
        tool_name: toolName ?? null,
        tool_definition_hash: known?.hash ?? null,
        tool_annotations: known?.annotations ?? null,
        arguments: json ?? null,
        extra,
      },
    ]
  }

  #argumentsOf(value: unknown): { json: string | undefined; isCut: boolean } {
    return keptArguments(value, this.#rules)
  }

  /** A task's result answers the call that became the task. */
  #resumeTask(pending: Pending, taskId: string | undefined): void {
    const call = this.#continued.get(`task\0${taskId}`)
    if (call === undefined) return
    pending.callId = call.callId
    pending.toolName = call.toolName
    pending.actor = call.actor
    pending.askedAtUs = call.askedAtUs
    pending.repeatKey = `task\0${taskId}`
  }

  #continue(key: string, pending: Pending): void {
    this.#continued.delete(key)
    this.#continued.set(key, pending)
    if (this.#continued.size <= CONTINUED_MAX_COUNT) return
    const [oldest] = this.#continued.keys()
    if (oldest !== undefined) this.#continued.delete(oldest)
  }

  #remember(pending: Pending): void {
    const key = pendingKey(pending.id, pending.exchange)
    this.#forget(key)
    this.#pending.set(key, pending)
    if (pending.method !== CALL) this.#otherCount++
    if (this.#pending.size <= PENDING_MAX_COUNT) return
    const [oldest] = this.#pending.keys()
    if (oldest === undefined) return
    this.#forget(oldest)
    this.evictedCount++
  }

  #forget(key: string): Pending | undefined {
    const pending = this.#pending.get(key)
    if (pending === undefined) return undefined
    this.#pending.delete(key)
    if (pending.method !== CALL) this.#otherCount--
    return pending
  }

  /** The request of an id: of the same exchange, else (a resumed stream) the oldest of that id. */
  #take(id: MessageId | undefined, exchange: number): Pending | undefined {
    if (id === undefined) return this.#takeOnly(exchange)
    let key = pendingKey(id, exchange)
    if (!this.#pending.has(key))
      key = [...this.#pending].find(([, pending]) => pending.id === id)?.[0] ?? key
    return this.#forget(key)
  }

  /** An error without an id answers the one request of its exchange. */
  #takeOnly(exchange: number): Pending | undefined {
    if (exchange === 0) return undefined
    const found = [...this.#pending].filter(([, pending]) => pending.exchange === exchange)
    const [only] = found
    if (only === undefined || found.length > 1) return undefined
    return this.#forget(only[0])
  }

  #cancelled(method: string, params: JsonObject, passing: Passing): Told[] {
    if (method !== 'notifications/cancelled') return []
    const { requestId } = params
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return []
    const pending = this.#take(requestId, passing.exchange)
    return pending === undefined ? [] : this.#unanswered(pending, 'cancelled', passing.atUs)
  }

  #unanswered(pending: Pending, reason: string, atUs: number): Told[] {
    if (pending.method !== CALL) return []
    const draft: EventDraft = {
      action: 'tool_result',
      method: pending.method,
      call_id: pending.callId ?? null,
      tool_name: pending.toolName ?? null,
      is_error: true,
      error: reason,
      duration_ms: Math.max(0, atUs - pending.askedAtUs) / 1000,
      ...contentFields({ text: '', bytes: 0, isCut: false }),
    }
    return [{ draft: this.#versioned(draft), actor: pending.actor, atUs }]
  }

  #told(draft: EventDraft, { actor, atUs }: Passing): Told {
    return { draft: this.#versioned(draft), actor, atUs }
  }

  #versioned(draft: EventDraft): EventDraft {
    return { ...draft, protocol_version: this.protocolVersion ?? null }
  }
}

function pendingKey(id: MessageId, exchange: number): string {
  return `${exchange}/${typeof id === 'string' ? 's' : 'n'}${id}`
}

function withoutMeta({ _meta, ...params }: JsonObject): JsonObject {
  return params
}
