/**
 * The tables that a connection's open statement has used so far: an audit log names them line by
 * line before the statement itself. Bounded: 128 connections, 16 tables of each.
 */
export class OpenTables {
  readonly #byConnection = new Map<string, { queryId: string; names: string[] }>()

  constructor(memory: string) {
    for (const line of memory.split('\n').slice(0, CONNECTIONS_MAX_COUNT)) {
      const [connection = '', queryId = '', ...names] = line.split('\t')
      if (names.length === 0) continue
      this.#byConnection.set(connection, { queryId, names: names.slice(0, TABLES_MAX_COUNT) })
    }
  }

  add(connection: string, queryId: string, name: string): void {
    const open = this.#byConnection.get(connection)
    const names = open?.queryId === queryId ? open.names : []
    const kept = name.replaceAll(/[\t\n]/g, ' ').slice(0, NAME_MAX_LENGTH)
    if (names.length < TABLES_MAX_COUNT && !names.includes(kept)) names.push(kept)
    this.#byConnection.delete(connection)
    this.#byConnection.set(connection, { queryId, names })
    if (this.#byConnection.size <= CONNECTIONS_MAX_COUNT) return
    const [oldest] = this.#byConnection.keys()
    if (oldest !== undefined) this.#byConnection.delete(oldest)
  }

  /** The tables of a statement, which is done with now. */
  take(connection: string, queryId: string): readonly string[] {
    const open = this.#byConnection.get(connection)
    if (open === undefined) return []
    this.#byConnection.delete(connection)
    return open.queryId === queryId ? open.names : []
  }

  memory(): string {
    let length = 0
    const lines: string[] = []
    for (const [connection, { queryId, names }] of this.#byConnection) {
      const line = [connection, queryId, ...names].join('\t')
      length += Buffer.byteLength(line) + 1
      if (length > MEMORY_MAX_BYTES) break
      lines.push(line)
    }
    return lines.join('\n')
  }
}

const CONNECTIONS_MAX_COUNT = 128
const TABLES_MAX_COUNT = 16
const NAME_MAX_LENGTH = 256
const MEMORY_MAX_BYTES = 60_000
