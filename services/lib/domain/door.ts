/** Who a token belongs to. */
export type DoorRole = 'admin' | 'ingest' | 'tap'

/** A request whose token has been judged. Nothing of its body has been read yet. */
export type DoorRequest = {
  /** Of the path, decoded. */
  parameters: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>
  /** Without parameters, lower case; undefined where the request names none. */
  contentType: string | undefined
  /**
   * The whole body, decompressed.
   *
   * @throws DoorRefusal 400, 413, 415, 429: the door answers it.
   */
  readBody(): Promise<Buffer>
  /** Aborts when the client is gone or the door closes. */
  signal: AbortSignal
}

/** An answer: JSON, text at once or as it comes, or bytes. */
export type DoorReply = {
  status: number
  headers?: Record<string, string>
} & (
  | { json: unknown }
  | { contentType: string; text: string | AsyncIterable<string> }
  | { contentType: string; bytes: Buffer }
)

/** One thing a door answers. */
export type DoorRoute = {
  method: 'GET' | 'POST'
  /** A part `:name` becomes a parameter. */
  path: string
  /** Whose token opens it; empty: no token is asked for. */
  roles: readonly DoorRole[]
  handle(request: DoorRequest): Promise<DoorReply>
}

/** A request that is answered with an error. The message never holds what the request held. */
export class DoorRefusal extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Record<string, string>

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.name = 'DoorRefusal'
    this.status = status
    this.code = code
    this.headers = headers
  }
}
