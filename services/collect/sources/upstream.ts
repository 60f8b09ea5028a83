import {
  Agent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as SecureAgent, request as requestHttps } from 'node:https'

/** Where a server listens. */
export type Target = { host: string; port: number; isSecure: boolean }

const ONE_KEPT = { keepAlive: true, maxSockets: 1 }
/** How long a server keeps an idle connection that does not say: the shortest default about. */
const UNANNOUNCED_MS = 5_000
/**
 * After this share of that time a connection is not used again: a server counts from when it
 * answered, and on a busy machine its clock runs out while a request is on its way.
 */
const FRESH_SHARE = 0.5
const ANNOUNCED = /\btimeout=(\d{1,6})\b/i

/**
 * A client's own connection to its server: kept between requests for as long as the server is
 * sure to keep it too, and made anew after that, so that no request meets a server that hangs up.
 */
export class Upstream {
  readonly #agent: Agent
  readonly #isSecure: boolean
  readonly #nowMs: () => number
  #underWayCount = 0
  #keptMs = UNANNOUNCED_MS
  #idleSinceMs = NaN

  constructor(isSecure: boolean, nowMs: () => number) {
    this.#agent = isSecure ? new SecureAgent(ONE_KEPT) : new Agent(ONE_KEPT)
    this.#isSecure = isSecure
    this.#nowMs = nowMs
  }

  /** Begins a request; `reusedSocket` says whether on a connection that has served another. */
  open({ host, port }: Target, options: RequestOptions): ClientRequest {
    const isStale = this.#nowMs() - this.#idleSinceMs >= this.#keptMs * FRESH_SHARE
    if (this.#underWayCount === 0 && isStale) this.#agent.destroy()
    const to = { ...options, host, port, agent: this.#agent }
    const sent = this.#isSecure ? requestHttps({ ...to, servername: host }) : requestHttp(to)
    this.#underWayCount++
    sent.once('response', (answer) => (this.#keptMs = keptMs(answer)))
    sent.once('close', () => {
      this.#underWayCount--
      this.#idleSinceMs = this.#nowMs()
    })
    return sent
  }

  /** Begins a request beside those under way, on a connection of its own. */
  openAside({ host, port }: Target, options: RequestOptions): ClientRequest {
    const to = { ...options, host, port, agent: false }
    return this.#isSecure ? requestHttps({ ...to, servername: host }) : requestHttp(to)
  }

  /** Ends the connection, and what is under way on it. */
  close(): void {
    this.#agent.destroy()
  }
}

function keptMs({ headers }: IncomingMessage): number {
  const seconds = ANNOUNCED.exec(String(headers['keep-alive'] ?? ''))?.[1]
  return seconds === undefined ? UNANNOUNCED_MS : Number(seconds) * 1_000
}
