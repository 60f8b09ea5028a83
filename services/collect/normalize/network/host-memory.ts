import { SECOND_US } from '#domain/time.ts'
import { BoundedTable } from './bounded-table.ts'

/** A name of a destination, and who said it: the client's own request, or a lookup before. */
export type NamedHost = { host: string; basis: HostBasis }
type HostBasis = 'sni' | 'http' | 'dns'
type Answer = [name: string, untilUs: number]

/** Clients keep an address at least so long, whatever its time to live says. */
const KEPT_MIN_US = 60 * SECOND_US
const KEPT_MAX_US = 24 * 60 * 60 * SECOND_US
const PLAIN = /^[\w.:%-]{1,253}$/
const BASES: ReadonlySet<unknown> = new Set(['sni', 'http', 'dns'])

/**
 * What the records before said of names: which name an address was the answer for, and which name a
 * connection was opened with. Bounded: the oldest makes room.
 */
export class HostMemory {
  readonly #answers = new BoundedTable<Answer>(([name]) => name.length)
  readonly #connections = new BoundedTable<NamedHost>(({ host }) => host.length)

  /** `packed` is what `pack` gave; anything else is the same as nothing. */
  constructor(packed?: unknown) {
    for (const entry of entriesOf(packed, 'answers')) {
      const [address, name, untilUs] = entry
      if (isPlain(address) && isPlain(name) && Number.isSafeInteger(untilUs))
        this.#answers.set(address, [name, untilUs as number])
    }
    for (const entry of entriesOf(packed, 'connections')) {
      const [id, host, basis] = entry
      if (isPlain(id) && isPlain(host) && BASES.has(basis))
        this.#connections.set(id, { host, basis: basis as HostBasis })
    }
  }

  /** A lookup of `name` at `atUs` gave `address`, to be kept for `ttlSeconds`. */
  answered(address: string, name: string, atUs: number, ttlSeconds: number): void {
    if (!PLAIN.test(name)) return
    const keptUs = Math.min(Math.max(ttlSeconds * SECOND_US, KEPT_MIN_US), KEPT_MAX_US)
    this.#answers.set(address, [name, Math.round(atUs + keptUs)])
  }

  /** The client named its destination when it opened this connection. */
  opened(connectionId: string | null, host: string | null, basis: 'sni' | 'http'): void {
    if (connectionId === null || host === null) return
    if (PLAIN.test(connectionId) && PLAIN.test(host))
      this.#connections.set(connectionId, { host, basis })
  }

  /** The name of a flow's destination: what its client said, else what was looked up before. */
  nameOf(connectionId: string | null, address: string | null, atUs: number): NamedHost | undefined {
    const said = connectionId === null ? undefined : this.#connections.take(connectionId)
    if (said !== undefined || address === null) return said
    const answer = this.#answers.get(address)
    return answer !== undefined && atUs <= answer[1] ? { host: answer[0], basis: 'dns' } : undefined
  }

  /** JSON that the next reader goes on with; undefined where there is nothing to keep. */
  pack(): object | undefined {
    const answers = this.#answers.entries().map(([address, answer]) => [address, ...answer])
    const connections = this.#connections
      .entries()
      .map(([id, { host, basis }]) => [id, host, basis])
    return answers.length + connections.length === 0 ? undefined : { answers, connections }
  }
}

function isPlain(value: unknown): value is string {
  return typeof value === 'string' && PLAIN.test(value)
}

function entriesOf(packed: unknown, name: string): unknown[][] {
  if (typeof packed !== 'object' || packed === null) return []
  const table: unknown = (packed as Record<string, unknown>)[name]
  return Array.isArray(table) ? table.filter((entry) => Array.isArray(entry)) : []
}
