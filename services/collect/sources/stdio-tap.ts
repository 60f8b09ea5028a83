import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

import { Fault } from '#domain/fault.ts'
import { refusalJson, type RefusalReason } from '../enforcement/refusal.ts'
import type { McpMessage } from '../normalize/mcp-message.ts'
import { messagesOf } from '../normalize/mcp-message.ts'
import type { SettledActor } from '../normalize/mcp-draft.ts'
import { Gate, jsonOf, lineBoundary, type Piece } from '../tap/gate.ts'
import { LineOutput } from '../tap/line-output.ts'
import { nobodyOn, type Recorder } from '../tap/recorder.ts'
import { noteSpent } from '../tap/spent-buffers.ts'
import { NO_SENDER, Wire } from '../tap/wire.ts'

export type StdioTapOptions = {
  command: string
  arguments: readonly string[]
  serverId: string
  /** What tells this client from others that call themselves the same. */
  clientInstance: string
  recorder: Recorder
  /** The client's side. */
  input: Readable
  output: Writable
  /** Nothing passes before this: restrictions are heard first. */
  ready: Promise<void>
}

/** How the server's process ended. */
export type Ending = { code: number | null; signal: NodeJS.Signals | null }

const LOOK_MAX_BYTES = 1024 * 1024
const HOLD_MAX_BYTES = 8 * 1024 * 1024
/** A server that outlives its client is asked to end, then ended. */
const LINGER_MAX_MS = 5_000
const KILL_AFTER_MS = 5_000

/**
 * A server's process with a tap between it and its client: bytes pass unchanged both ways, errors
 * straight through, and the process ends with its client.
 */
export class StdioTap {
  readonly #options: StdioTapOptions
  readonly #child: ChildProcess & { stdin: Writable; stdout: Readable }
  readonly #wire: Wire
  readonly #toServer: LineOutput
  readonly #toClient: LineOutput
  readonly #clientGate: Gate
  readonly #serverGate: Gate
  #actor: SettledActor
  /** When the server last said something. */
  #answeredAtUs = 0
  /** Resolves when the server's process has ended and all it said has passed. */
  readonly ended: Promise<Ending>

  /** @throws Fault BAD_USAGE, through `ended`, where the command cannot be started. */
  constructor(options: StdioTapOptions) {
    const { command, serverId, recorder, clientInstance } = options
    this.#options = options
    this.#wire = new Wire(recorder, serverId, '1', clientInstance)
    this.#actor = nobodyOn(serverId)
    const child = spawn(command, options.arguments, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    this.#toServer = new LineOutput(child.stdin)
    this.#toClient = new LineOutput(options.output)
    const { point } = recorder.parts
    const limits = { lookMaxBytes: LOOK_MAX_BYTES, holdMaxBytes: HOLD_MAX_BYTES }
    const holds = (): boolean => !point.isIdle(serverId)
    this.#clientGate = new Gate({
      boundary: lineBoundary(),
      holds,
      looksFirst: () => true,
      forward: (bytes) => this.#toServer.write(bytes),
      onPassed: (piece) => this.#clientPassed(messagesIn(piece)),
      judge: (piece) => this.#judgeClient(piece),
      ...limits,
    })
    this.#serverGate = new Gate({
      boundary: lineBoundary(),
      holds,
      looksFirst: () => !this.#wire.awaitsCallsOnly,
      forward: (bytes) => this.#toClient.write(bytes),
      onPassed: (piece) => this.#serverPassed(messagesIn(piece)),
      judge: (piece) => this.#judgeServer(piece),
      ...limits,
    })
    this.ended = this.#run()
  }

  /** Passes a signal on to the server. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** A restriction has come or gone: a connection that is to be closed is closed at once. */
  restricted(): void {
    const decision = this.#wire.judge(undefined, this.#actor)
    if (decision.verdict === 'close') this.#closeDown()
  }

  async #run(): Promise<Ending> {
    const { input, output, command } = this.#options
    const { stdin, stdout } = this.#child
    const exited = Promise.withResolvers<Ending>()
    this.#child.on('error', (cause) =>
      exited.reject(new Fault('BAD_USAGE', `Cannot start ${command}`, { cause })),
    )
    this.#child.on('close', (code, signal) => exited.resolve({ code, signal }))
    // A side that is gone shows as the end of the other; what was meant for it is lost with it.
    stdin.on('error', () => undefined)
    output.on('error', () => stdin.end())
    stdout.on('data', (chunk: Buffer) => this.#passAnswers(chunk))
    stdout.on('end', () => this.#serverGate.end())
    void this.#listen()
    try {
      return await exited.promise
    } finally {
      input.destroy()
      this.#wire.end()
    }
  }

  /** Takes what the client says, from when restrictions have been heard. */
  async #listen(): Promise<void> {
    const { input, ready } = this.#options
    await ready
    const { stdin } = this.#child
    input.on('data', (chunk: Buffer) => this.#pass(this.#clientGate, chunk, input, stdin))
    input.on('end', () => this.#clientIsGone())
  }

  /** The client may act on an answer elsewhere before its event is written down here. */
  #passAnswers(chunk: Buffer): void {
    const { outbox, nowUs } = this.#options.recorder.parts
    this.#answeredAtUs = nowUs()
    const isWrittenDown = outbox.onExpecting()
    this.#pass(this.#serverGate, chunk, this.#child.stdout, this.#options.output)
    isWrittenDown()
  }

  /** Lets a chunk through; waits where the other side, or the outbox, has no room. */
  #pass(gate: Gate, chunk: Buffer, from: Readable, to: Writable): void {
    gate.push(chunk)
    noteSpent(chunk.length)
    const { outbox } = this.#options.recorder.parts
    if (outbox.isBlocked) {
      from.pause()
      void outbox.room().then(() => from.resume())
    } else if (to.writableNeedDrain) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  }

  #clientPassed(messages: readonly McpMessage[]): void {
    for (const message of messages) {
      this.#actor = this.#wire.actor(message, NO_SENDER)
      this.#wire.clientSaid(message, this.#passing())
    }
  }

  #serverPassed(messages: readonly McpMessage[]): void {
    const passing = { ...this.#passing(), atUs: this.#answeredAtUs }
    for (const message of messages) this.#wire.serverSaid(message, passing)
  }

  #judgeClient(piece: Piece): Buffer | undefined {
    const messages = messagesIn(piece)
    let reason: RefusalReason | undefined = piece.isCut ? 'opaque' : undefined
    for (const message of messages) {
      this.#actor = this.#wire.actor(message, NO_SENDER)
      const decision = this.#wire.judge(message, this.#actor)
      if (decision.verdict === 'pass') continue
      this.#wire.refused(message, decision, this.#actor)
      reason = decision.by ?? 'away'
      if (decision.verdict === 'close') this.#closeDown()
    }
    if (reason === undefined) {
      for (const message of messages) this.#wire.clientSaid(message, this.#passing())
      return piece.front
    }
    const answers: string[] = []
    for (const message of messages) {
      if (message.kind === 'request') this.#toClient.inject(refusalJson(message.id, reason))
      // The server waits for what its client was about to say.
      const isAnswer = message.kind === 'result' || message.kind === 'error'
      if (isAnswer && message.id !== undefined) answers.push(refusalJson(message.id, reason))
    }
    return answers.length === 0 ? undefined : Buffer.from(`${answers.join('\n')}\n`)
  }

  #judgeServer(piece: Piece): Buffer | undefined {
    const messages = messagesIn(piece)
    if (messages.length === 0) return piece.isCut ? undefined : piece.front
    const passing: string[] = []
    let isChanged = piece.isCut
    for (const message of messages) {
      const changed = this.#wire.replaced(message, piece.isCut, this.#actor, (refusal) =>
        this.#toServer.inject(refusal),
      )
      const said = changed === undefined ? [message] : messagesOf(parsed(changed)).messages
      this.#serverPassed(said)
      isChanged ||= changed !== undefined
      if (changed !== undefined && changed !== '') passing.push(changed)
    }
    if (!isChanged) return piece.front
    return passing.length === 0 ? undefined : Buffer.from(`${passing.join('\n')}\n`)
  }

  #passing(): { actor: SettledActor; atUs: number; exchange: number } {
    return { actor: this.#actor, atUs: this.#options.recorder.parts.nowUs(), exchange: 0 }
  }

  /** The client has said its last: so has the server, which may take a moment. */
  #clientIsGone(): void {
    this.#clientGate.end()
    this.#child.stdin.end()
    setTimeout(() => this.#closeDown(), LINGER_MAX_MS).unref()
  }

  #closeDown(): void {
    this.#child.kill('SIGTERM')
    setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS).unref()
  }
}

function messagesIn(piece: Piece): McpMessage[] {
  return messagesOf(jsonOf(piece)).messages
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}
