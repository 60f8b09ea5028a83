import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

import { Fault } from '#domain/fault.ts'

/** What became of a call: its text, or why it was not made. */
export type CallOutcome = { isRefused: boolean; text: string }

type Answer = {
  id?: number
  result?: { content?: { text?: string }[] }
  error?: { code: number; message: string }
}

const ANSWERS_WITHIN_MS = 60_000
const ENDS_WITHIN_MS = 5_000
/** The JSON-RPC error of a tap that refuses. */
const REFUSED_CODE = -32_010

/** A client of one MCP server on stdio, as small as the demo's script needs. */
export class McpCaller {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  /** Resolves once it is gone, with its last words on standard error. */
  readonly #ended: Promise<string>
  #id = 0

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [...args], {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child = child
    let lastLine = ''
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLine = line.trim() === '' ? lastLine : line
    })
    this.#ended = new Promise((resolve) => child.once('close', () => resolve(lastLine)))
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer
      this.#waiting.get(answer.id ?? -1)?.(answer)
    })
  }

  /** The handshake, and the list of tools. @throws Fault as `call`. */
  async connect(clientName: string): Promise<void> {
    const clientInfo = { name: clientName, version: '1' }
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    await this.#ask('initialize', hello)
    this.#say({ method: 'notifications/initialized' })
    await this.#ask('tools/list', {})
  }

  /** @throws Fault DEMO_STUCK where nobody answers. */
  async call(name: string, args: Record<string, unknown>): Promise<CallOutcome> {
    const { result, error } = await this.#ask('tools/call', { name, arguments: args })
    const text = error?.message ?? (result?.content ?? []).map((one) => one.text ?? '').join('\n')
    return { isRefused: error?.code === REFUSED_CODE, text }
  }

  /** Says goodbye, and waits until the server is gone. */
  async close(): Promise<void> {
    this.#child.stdin?.end()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), ENDS_WITHIN_MS)
    await this.#ended
    clearTimeout(late)
  }

  #ask(method: string, params: object): Promise<Answer> {
    const id = ++this.#id
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(late)
        reject(new Fault('DEMO_STUCK', `A server of the demo does not answer ${method}: ${why}`))
      }
      const late = setTimeout(fail, ANSWERS_WITHIN_MS, `waited ${ANSWERS_WITHIN_MS / 1000} s`)
      void this.#ended.then((lastLine) => fail(`it ended with "${lastLine}"`))
      this.#waiting.set(id, (answer) => {
        clearTimeout(late)
        this.#waiting.delete(id)
        resolve(answer)
      })
      this.#say({ id, method, params })
    })
  }

  #say(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }
}
