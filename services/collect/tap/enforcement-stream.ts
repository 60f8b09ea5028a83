import { get, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

import type { EnforcementPoint } from '../enforcement/point.ts'
import type { TapDoor } from './door-courier.ts'
import { eventBoundary, Gate, type Piece } from './gate.ts'
import type { RestrictionIntake } from './restriction-intake.ts'
import { dataOf } from './server-sent-event.ts'

export type EnforcementStreamParts = {
  door: () => TapDoor | undefined
  intake: RestrictionIntake
  point: EnforcementPoint
  onUnreadable: () => void
}

/** The door says every second that it is alive. */
const SILENT_MAX_MS = 5_000
const RETRY_MS = 250
const EVENT_MAX_BYTES = 4 * 1024 * 1024

/**
 * Follows the restrictions of a running pipeline through its door, until stopped. While nobody can
 * be heard the point is away.
 */
export class EnforcementStream {
  readonly #parts: EnforcementStreamParts
  readonly #stopping = new AbortController()
  readonly #current = Promise.withResolvers<void>()
  #lastEventId = ''
  readonly #running: Promise<void>

  constructor(parts: EnforcementStreamParts) {
    this.#parts = parts
    parts.point.isAway = true
    this.#running = this.#run()
  }

  /** Resolves once everything that is restricted has been heard, at the latest after a time. */
  async heard(maxWaitMs: number): Promise<void> {
    await Promise.race([this.#current.promise, wait(maxWaitMs, undefined, { ref: false })])
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#listen()
      this.#parts.point.isAway = true
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Resolves when the stream has ended, for whatever reason. */
  async #listen(): Promise<void> {
    const door = this.#parts.door()
    if (door === undefined) return
    const ended = Promise.withResolvers<void>()
    const headers = {
      authorization: `Bearer ${door.tapToken}`,
      accept: 'text/event-stream',
      ...(this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId }),
    }
    const signal = this.#stopping.signal
    const url = `${door.url}/v1/enforcement`
    const asked = get(url, { headers, signal, timeout: SILENT_MAX_MS }, (answer) => {
      if (answer.statusCode === 200) this.#read(answer)
      else asked.destroy()
      answer.on('error', () => ended.resolve())
      answer.on('close', () => ended.resolve())
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => ended.resolve())
    asked.on('close', () => ended.resolve())
    await ended.promise
  }

  #read(answer: IncomingMessage): void {
    const gate = new Gate({
      boundary: eventBoundary(),
      holds: () => false,
      looksFirst: () => false,
      forward: () => undefined,
      judge: () => undefined,
      onPassed: (piece) => this.#hear(piece),
      lookMaxBytes: EVENT_MAX_BYTES,
      holdMaxBytes: 0,
    })
    answer.on('data', (chunk: Buffer) => gate.push(chunk))
  }

  #hear(piece: Piece): void {
    const data = dataOf(piece)
    const { point, intake, onUnreadable } = this.#parts
    if (data === undefined) return
    const { id, name } = namesOf(piece)
    if (name === 'restriction') intake.take(recordOf(data))
    if (name === 'unreadable') onUnreadable()
    if (id !== undefined) this.#lastEventId = id
    if (name !== 'current') return
    point.isAway = false
    this.#current.resolve()
  }
}

function namesOf({ front }: Piece): { id: string | undefined; name: string | undefined } {
  const text = front.toString('utf8')
  return { id: /^id: ?(.*)$/m.exec(text)?.[1], name: /^event: ?(.*)$/m.exec(text)?.[1] }
}

function recordOf(data: string): unknown {
  try {
    return (JSON.parse(data) as { record?: unknown } | null)?.record ?? undefined
  } catch {
    return undefined
  }
}
