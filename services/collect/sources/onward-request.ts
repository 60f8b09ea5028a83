import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'

import { endToEnd } from '../tap/http-headers.ts'
import { inOnePiece } from './one-piece.ts'

export type OnwardParts = {
  /** The client's. */
  request: IncomingMessage
  /** Opens the request to the server. */
  open: (options: RequestOptions) => ClientRequest
  /** Opens a request of the tap's own, beside that one. */
  openAside: (options: RequestOptions) => ClientRequest
  onAnswer: (answer: IncomingMessage) => void
  /** The server cannot be reached, or broke off. */
  onFailed: () => void
}

/** Headers that speak of one request's body, or of what it asks for. */
const OF_ONE_REQUEST = [
  'accept',
  'accept-encoding',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'last-event-id',
  'mcp-method',
  'mcp-name',
]
const ANSWER_HEADERS = [
  'content-type',
  'application/json',
  'accept',
  'application/json, text/event-stream',
]

/** A client's request on its way from the tap to the server. */
export class OnwardRequest {
  readonly #parts: OnwardParts
  #upstream: ClientRequest | undefined
  /** What may be sent once more where the server hung up. */
  #repeatable: Buffer | undefined
  #isAnswered = false
  #isOver = false

  constructor(parts: OnwardParts) {
    this.#parts = parts
  }

  /** Opens the request where it is not open yet, less the headers that are `left`. */
  begin(left: readonly string[] = []): ClientRequest {
    this.#upstream ??= this.#open(left)
    return this.#upstream
  }

  /** Sends the next bytes; the client waits where the server does not take them. */
  write(chunk: Buffer): void {
    const { request } = this.#parts
    const upstream = this.begin()
    if (upstream.write(chunk) || request.isPaused()) return
    request.pause()
    upstream.once('drain', () => request.resume())
  }

  /**
   * Ends the request with its last bytes. One that goes out whole with them, and whose message asks
   * for nothing that must not happen twice (`isRepeatable`), goes out once more where the server
   * hung up on a connection that had served another.
   */
  end(body: Buffer | undefined, isRepeatable: boolean): void {
    const upstream = this.begin()
    if (body === undefined) return void upstream.end()
    if (isRepeatable) this.#repeatable = body
    inOnePiece(body, (piece, encoding) => upstream.end(piece, encoding))
  }

  /** Answers the server in its client's place, in a request of its own, as the client would. */
  tellServer(json: string): void {
    const { request, openAside } = this.#parts
    const headers = [...endToEnd(request.rawHeaders, OF_ONE_REQUEST), ...ANSWER_HEADERS]
    headers.push('content-length', String(Buffer.byteLength(json)))
    const sent = openAside({ method: 'POST', path: pathOf(request.url ?? '/'), headers })
    // A server that cannot be told has hung up on its client too.
    sent.on('error', () => undefined)
    sent.on('response', (answer) => answer.resume())
    sent.end(json)
  }

  /** Breaks it off: the client is gone, or may not go on. */
  destroy(): void {
    this.#isOver = true
    this.#upstream?.destroy()
  }

  #open(left: readonly string[]): ClientRequest {
    const { request, open, onAnswer, onFailed } = this.#parts
    const headers = endToEnd(request.rawHeaders, left)
    const { method, url } = request
    const upstream = open({ ...(method ? { method } : {}), path: pathOf(url ?? '/'), headers })
    upstream.on('response', (answer) => {
      this.#isAnswered = true
      onAnswer(answer)
    })
    upstream.on('error', () => {
      if (this.#isOver) return
      const body = upstream.reusedSocket ? this.#repeatable : undefined
      if (body === undefined || this.#isAnswered) return onFailed()
      this.#upstream = this.#open(left)
      this.#upstream.end(body)
    })
    return upstream
  }
}

/** A proxy is asked for whole addresses, a server for paths. */
function pathOf(url: string): string {
  return url.startsWith('/') ? url : /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] || '/'
}
