import type { IncomingMessage, ServerResponse } from 'node:http'

import { refusalJson, type RefusalReason } from '../enforcement/refusal.ts'
import type { SettledActor } from '../normalize/mcp-draft.ts'
import { messagesOf, type McpMessage } from '../normalize/mcp-message.ts'
import { Gate, joined, jsonOf, noBoundary, type Piece } from '../tap/gate.ts'
import { disagreementOf } from '../tap/http-headers.ts'
import { nobodyOn, type Recorder } from '../tap/recorder.ts'
import type { Sender, Wire } from '../tap/wire.ts'
import type { Wires } from '../tap/wires.ts'
import { passAnswer } from './http-answer.ts'
import { isCall, isRepeatable, kindOf, senderOf, type RequestKind } from './http-request.ts'
import { OnwardRequest, type OnwardParts } from './onward-request.ts'

export type ExchangeParts = Pick<OnwardParts, 'request' | 'open' | 'openAside'> & {
  response: ServerResponse
  serverId: string
  /** Unique in this tap. */
  number: number
  recorder: Recorder
  wires: Wires
}

const LOOK_MAX_BYTES = 1024 * 1024
const HOLD_MAX_BYTES = 8 * 1024 * 1024

/**
 * One HTTP request and its answer, through the tap. A message reaches the server once it is written
 * down, and where restrictions are in force once it has been judged; all else passes as it comes.
 */
export class HttpExchange {
  readonly #parts: ExchangeParts
  readonly #sender: Sender
  readonly #kind: RequestKind
  /** When the request came, by the tap's clock. */
  readonly #enteredUs: number
  /** When the server last said something. */
  #answeredUs = 0
  #wire: Wire
  #actor: SettledActor
  readonly #onward: OnwardRequest
  #isRecorded = false
  /** Whether its event is written already, so that nothing is lost without a trace. */
  #isCall = false
  /** Whether the request may reach the server twice. */
  #isRepeatable = false
  /** What the server said before its request was written down. */
  #early: McpMessage[] = []

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    const { request, recorder, serverId, wires } = parts
    this.#enteredUs = recorder.parts.nowUs()
    this.#sender = senderOf(request)
    this.#kind = kindOf(request)
    this.#wire = wires.of(serverId, this.#sender)
    this.#actor = nobodyOn(serverId)
    this.#onward = new OnwardRequest({
      request,
      open: parts.open,
      openAside: parts.openAside,
      onAnswer: (answer) => this.#answer(answer),
      onFailed: () => this.#failed(),
    })
  }

  /** Begins; everything after comes by events. */
  run(): void {
    const { request, response } = this.#parts
    // A side that is gone shows as `close`; its error says no more.
    response.on('error', () => undefined)
    request.on('error', () => undefined)
    response.on('close', () => this.#closed())
    if (this.#kind === undefined) return this.#stream()
    if (this.#kind === 'message') return this.#isRestricted() ? this.#hold() : this.#pass()
    this.#meet([undefined])
    if (!this.#isRestricted()) return this.#stream()
    const decision = this.#wire.judge(undefined, this.#actor)
    if (decision.verdict === 'pass' || this.#kind === 'end') return this.#stream()
    this.#wire.refused(undefined, decision, this.#actor)
    this.#refuse([], decision.by ?? 'away')
  }

  /** A restriction has come: a stream it concerns is closed. */
  restricted(): void {
    const { response } = this.#parts
    if (this.#kind === undefined || !this.#isRestricted()) return
    const decision = this.#wire.judge(undefined, this.#actor)
    const isStream = this.#kind === 'listen'
    if (decision.verdict === 'close' || (decision.verdict === 'refuse' && isStream))
      response.destroy()
  }

  /** Passes the request on as it comes. */
  #stream(): void {
    const { request } = this.#parts
    this.#onward.begin()
    request.on('data', (chunk: Buffer) => this.#onward.write(chunk))
    request.on('end', () => this.#onward.end(undefined, false))
  }

  /**
   * Passes a message on once it is written down, so that a tap that is killed leaves no call
   * without its event. Of a long one all but its last chunk goes before. Where a restriction comes
   * before its end it does not get past unjudged.
   */
  #pass(): void {
    const { request } = this.#parts
    const gate = this.#bodyGate()
    const waiting: Buffer[] = []
    let bytes = 0
    let isLong = false
    request.on('data', (chunk: Buffer) => {
      if (isLong && this.#isRestricted()) return this.#cutOff()
      gate.push(chunk)
      bytes += chunk.length
      isLong ||= bytes > LOOK_MAX_BYTES
      if (isLong) for (const one of waiting.splice(0)) this.#onward.write(one)
      waiting.push(chunk)
    })
    request.on('end', () => {
      if (this.#isRestricted())
        return isLong ? this.#cutOff() : this.#judgeWhole(joined(waiting), bytes)
      // The server reads the headers while the message is written down.
      this.#onward.begin().flushHeaders()
      gate.end()
      this.#onward.end(joined(waiting), this.#isRepeatable && !isLong)
    })
  }

  #isRestricted(): boolean {
    const { recorder, serverId } = this.#parts
    return !recorder.parts.point.isIdle(serverId)
  }

  /** Breaks off a message of which a part has passed; its client may send it again. */
  #cutOff(): void {
    const { request } = this.#parts
    for (const event of ['data', 'end']) request.removeAllListeners(event)
    request.resume()
    this.#onward.destroy()
    this.#refuse([], 'opaque')
  }

  #bodyGate(): Gate {
    return new Gate({
      boundary: noBoundary(),
      holds: () => false,
      looksFirst: () => true,
      forward: () => undefined,
      judge: () => undefined,
      onPassed: (piece) => this.#clientSaid(messagesIn(piece)),
      lookMaxBytes: LOOK_MAX_BYTES,
      holdMaxBytes: 0,
    })
  }

  /** Holds the request until it is whole, judges it, and passes it on or refuses it. */
  #hold(): void {
    const { request } = this.#parts
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= HOLD_MAX_BYTES) chunks.push(chunk)
    })
    request.on('end', () => this.#judgeWhole(joined(chunks), bytes))
  }

  /** Judges a request of `byteCount` bytes, of which `front` is held, and passes it on or not. */
  #judgeWhole(front: Buffer, byteCount: number): void {
    const isCut = byteCount > HOLD_MAX_BYTES
    const messages = messagesIn({ front, byteCount, isCut, tail: front.subarray(-1) })
    const reason = this.#judge(messages) ?? (isCut ? 'opaque' : undefined)
    if (reason !== undefined) return this.#refuse(messages, reason)
    this.#clientSaid(messages)
    // What comes back must be legible while it may have to be judged.
    this.#onward.begin(['accept-encoding'])
    this.#onward.end(front, this.#isRepeatable)
  }

  #judge(messages: readonly McpMessage[]): RefusalReason | undefined {
    this.#meet(messages)
    let reason: RefusalReason | undefined
    for (const message of messages) {
      const decision = this.#wire.judge(message, this.#actor)
      if (decision.verdict === 'pass') continue
      this.#wire.refused(message, decision, this.#actor)
      reason = decision.by ?? 'away'
    }
    return reason
  }

  #refuse(messages: readonly McpMessage[], reason: RefusalReason): void {
    const { response } = this.#parts
    const errors = messages.flatMap((message) =>
      message.kind === 'request' ? [refusalJson(message.id, reason)] : [],
    )
    const isRequest = errors.length > 0
    const body =
      errors.length > 1 ? `[${errors.join(',')}]` : (errors[0] ?? refusalJson(null, reason))
    response.writeHead(isRequest ? 200 : 403, { 'content-type': 'application/json' })
    response.end(body)
  }

  #answer(answer: IncomingMessage): void {
    const { response, wires, recorder, serverId } = this.#parts
    const sessionId = answer.headers['mcp-session-id']
    const isNew = this.#sender.headers['mcp-session-id'] === undefined
    if (isNew && typeof sessionId === 'string' && this.#kind === 'message')
      wires.name(this.#wire, sessionId)
    const isGood = (answer.statusCode ?? 500) < 300
    if (this.#kind === 'end' && isGood) this.#wire.end()
    const { point, nowUs } = recorder.parts
    passAnswer({
      answer,
      response,
      isMcp: this.#kind !== undefined,
      mustJudge: () => !point.isIdle(serverId),
      looksFirst: () => !this.#isCall,
      mustRead: () => point.readsResults(serverId, nowUs()),
      onExpecting: () => {
        this.#answeredUs = nowUs()
        return recorder.parts.outbox.onExpecting()
      },
      onPassed: (messages) => this.#serverSaid(messages),
      replaced: (message, isCut) =>
        this.#wire.replaced(message, isCut, this.#actor, (refusal) =>
          this.#onward.tellServer(refusal),
        ),
    })
  }

  /** Settles whose request it is; a handshake begins a connection of its own. */
  #meet(messages: readonly (McpMessage | undefined)[]): void {
    const { wires, serverId } = this.#parts
    const isHandshake = messages.some(
      (one) => one?.kind === 'request' && one.method === 'initialize',
    )
    if (isHandshake) this.#wire = wires.begin(serverId, this.#sender)
    for (const message of messages) this.#actor = this.#wire.actor(message, this.#sender)
  }

  #clientSaid(messages: readonly McpMessage[]): void {
    if (!this.#isRecorded) this.#meet(messages)
    // Written down after it has passed, a request is told of as of when it came.
    const passing = { ...this.#passing(), atUs: this.#enteredUs }
    for (const message of messages) {
      const disagreement =
        messages.length === 1 ? disagreementOf(message, this.#sender.headers) : undefined
      const detail = disagreement === undefined ? {} : { disagreement }
      this.#wire.clientSaid(message, { ...passing, ...detail })
    }
    this.#isRecorded = true
    this.#isCall = messages.length > 0 && messages.every(isCall)
    this.#isRepeatable = messages.length > 0 && messages.every(isRepeatable)
    const early = this.#early
    this.#early = []
    this.#serverSaid(early)
  }

  #serverSaid(messages: readonly McpMessage[]): void {
    if (this.#kind === 'message' && !this.#isRecorded) {
      this.#early.push(...messages)
      return
    }
    const passing = { ...this.#passing(), atUs: this.#answeredUs }
    for (const message of messages) this.#wire.serverSaid(message, passing)
  }

  #passing(): { actor: SettledActor; atUs: number; exchange: number } {
    const { number, recorder } = this.#parts
    return { actor: this.#actor, atUs: recorder.parts.nowUs(), exchange: number }
  }

  /** The server cannot be reached, or broke off. */
  #failed(): void {
    const { response } = this.#parts
    if (response.headersSent || response.destroyed) return void response.destroy()
    response.writeHead(502, { 'content-type': 'application/json' })
    response.end('{"error":{"message":"The server behind the tap cannot be reached"}}')
  }

  /** The answer is over, or the client is gone: then the server hears of it. */
  #closed(): void {
    const { response, number } = this.#parts
    if (response.writableFinished) return
    this.#onward.destroy()
    // In a session of the older protocol the answer may still come, on a stream that is resumed.
    const isOfSession = this.#sender.headers['mcp-session-id'] !== undefined
    if (this.#kind === 'message' && !isOfSession) this.#wire.broke(number, 'cancelled')
  }
}

function messagesIn(piece: Piece): McpMessage[] {
  return messagesOf(jsonOf(piece)).messages
}
