import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { Fault } from '#domain/fault.ts'

/** What happens when no more events fit: traffic waits, or events are lost and counted. */
type FullPolicy = 'block' | 'drop-and-count'

export type OutboxOptions = {
  path: string
  /** The collector these events are of, where the file is new. */
  collectorId: string
  maxBytes: number
  whenFull: FullPolicy
}

/** Events that stand next in the outbox, as NDJSON. */
export type OutboxBatch = {
  lines: Buffer
  count: number
  /** What to confirm once they are delivered. */
  lastSeq: number
}

/** Which call an event begins or ends: one that is open when its tap is killed lost its answer. */
export type CallEdge = { opens?: string; closes?: string }

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, line TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS open_calls (call_id TEXT PRIMARY KEY, line TEXT NOT NULL) STRICT;
`
const BATCH_MAX_COUNT = 2_000
/** Open calls that are remembered; the oldest makes room. */
const OPEN_CALLS_MAX_COUNT = 20_000
const SQLITE_BUSY = 5
/** The write-ahead file is folded in once it holds so many pages. */
const CHECKPOINT_PAGES = 4_096
/** Room is made again once so much of the limit is free: not at every single event. */
const ROOM_SHARE = 0.9

/**
 * Events on their way to the log, on disk: in order, numbered without a gap, until the log has
 * acknowledged them. An event is in the file when `append` returns: a process that is killed loses
 * none. The file belongs to one process as long as that lives.
 */
export class Outbox {
  readonly collectorId: string
  readonly #database: DatabaseSync
  readonly #options: OutboxOptions
  readonly #insert: StatementSync
  readonly #select: StatementSync
  #lastSeq: number
  #pendingBytes: number
  #pendingCount: number
  /** Calls without an answer, by the number of their event: in order. */
  readonly #open = new Map<string, number>()
  /** Those of them whose event was delivered and stands in `open_calls`. */
  readonly #kept = new Set<string>()
  #room: PromiseWithResolvers<void> | undefined
  /** Called when an event has come. */
  onAppended: () => void = () => undefined
  /** Called before a message passes whose event comes after; what it returns, once that has. */
  onExpecting: () => () => void = () => () => undefined
  /** Events lost because there was no room, of this collector. */
  droppedCount: number

  /** @throws Fault LOG_LOCKED where a process that lives has it; OUTPUT_UNWRITABLE. */
  constructor(options: OutboxOptions) {
    this.#options = options
    this.#database = openFile(options.path)
    const state = (name: string): string | undefined => {
      const row = this.#database.prepare('SELECT value FROM state WHERE name = ?').get(name)
      return (row as { value: string } | undefined)?.value
    }
    this.collectorId = state('collector_id') ?? options.collectorId
    this.#note('collector_id', this.collectorId)
    const { count, bytes, last } = this.#database
      .prepare(
        'SELECT count(*) AS count, coalesce(sum(octet_length(line)), 0) AS bytes,' +
          ' coalesce(max(seq), 0) AS last FROM events',
      )
      .get() as { count: number; bytes: number; last: number }
    this.#pendingCount = count
    this.#pendingBytes = bytes
    this.#lastSeq = Math.max(last, Number(state('last_seq') ?? 0))
    this.droppedCount = Number(state('dropped') ?? 0)
    for (const row of this.#database.prepare('SELECT call_id FROM open_calls').all())
      this.#kept.add(String(row['call_id']))
    this.#insert = this.#database.prepare('INSERT INTO events VALUES (?, ?)')
    this.#select = this.#database.prepare(
      `SELECT seq, line FROM events ORDER BY seq LIMIT ${BATCH_MAX_COUNT}`,
    )
  }

  get pendingCount(): number {
    return this.#pendingCount
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** Whether traffic has to wait: there is no room, and nothing may be lost. */
  get isBlocked(): boolean {
    return this.#options.whenFull === 'block' && this.#isFull
  }

  /** Resolves when there is room again. */
  room(): Promise<void> {
    if (!this.isBlocked) return Promise.resolve()
    this.#room ??= Promise.withResolvers<void>()
    return this.#room.promise
  }

  /**
   * Adds an event; `lineOf` makes its line once it has its number. Where nothing fits any more and
   * events may be lost its number is used up all the same: the hole says that one is missing.
   * Traffic that was let in before there was no room still fits.
   *
   * @throws Fault OUTPUT_UNWRITABLE: the disk is full or gone.
   */
  append(lineOf: (seq: number) => string, { opens, closes }: CallEdge = {}): void {
    const seq = this.#lastSeq + 1
    if (this.#options.whenFull === 'drop-and-count' && this.#isFull) return this.#drop(seq)
    const line = lineOf(seq)
    this.#guard(() => this.#insert.run(seq, line))
    if (opens !== undefined) this.#opened(opens, seq)
    if (closes !== undefined) this.#closed(closes)
    this.#lastSeq = seq
    this.#pendingCount++
    this.#pendingBytes += Buffer.byteLength(line)
    this.onAppended()
  }

  /**
   * The oldest events, at most so many bytes of them but at least one, none with a number above
   * `untilSeq`; undefined: none.
   */
  next(maxBytes: number, untilSeq = Infinity): OutboxBatch | undefined {
    const lines: string[] = []
    let bytes = 0
    let lastSeq = 0
    for (const row of this.#select.iterate()) {
      const { seq, line } = row as { seq: number; line: string }
      if (seq > untilSeq || (lines.length > 0 && bytes + line.length > maxBytes)) break
      lines.push(line, '\n')
      bytes += line.length
      lastSeq = seq
    }
    if (lines.length === 0) return undefined
    const count = lines.length / 2
    return { lines: Buffer.from(lines.join('')), count, lastSeq }
  }

  /** Calls whose answer is not in the file, oldest first: for the outbox of a killed tap. */
  unansweredCalls(): { callId: string; line: string }[] {
    const linesOf = (action: string): string[] =>
      this.#database
        .prepare('SELECT line FROM events WHERE instr(line, ?) > 0 ORDER BY seq')
        .all(`"action":"${action}"`)
        .map((row) => String(row['line']))
        .filter((line) => actionOf(line) === action)
    const kept = this.#database.prepare('SELECT line FROM open_calls').all()
    const calls = [...kept.map((row) => String(row['line'])), ...linesOf('tool_call')]
    const answered = new Set(linesOf('tool_result').map(callIdOf))
    return calls
      .map((line) => ({ callId: callIdOf(line), line }))
      .filter(({ callId }) => !answered.has(callId))
  }

  /** Takes out what was delivered, up to a number. */
  confirm(lastSeq: number): void {
    this.#guard(() => {
      this.#database.exec('BEGIN')
      this.#keepOpen(lastSeq)
      this.#note('last_seq', String(this.#lastSeq))
      const { count, bytes } = this.#database
        .prepare(
          'SELECT count(*) AS count, coalesce(sum(octet_length(line)), 0) AS bytes' +
            ' FROM events WHERE seq <= ?',
        )
        .get(lastSeq) as { count: number; bytes: number }
      this.#database.prepare('DELETE FROM events WHERE seq <= ?').run(lastSeq)
      this.#database.exec('COMMIT')
      this.#pendingCount -= count
      this.#pendingBytes -= bytes
    })
    if (this.#pendingBytes >= this.#options.maxBytes * ROOM_SHARE) return
    this.#room?.resolve()
    this.#room = undefined
  }

  close(): void {
    this.#room?.resolve()
    if (this.#database.isOpen) this.#database.close()
  }

  #opened(callId: string, seq: number): void {
    this.#open.set(callId, seq)
    if (this.#open.size <= OPEN_CALLS_MAX_COUNT) return
    const [oldest] = this.#open.keys()
    if (oldest !== undefined) this.#closed(oldest)
  }

  #closed(callId: string): void {
    this.#open.delete(callId)
    if (!this.#kept.delete(callId)) return
    this.#guard(() =>
      this.#database.prepare('DELETE FROM open_calls WHERE call_id = ?').run(callId),
    )
  }

  /** Calls outlive their delivered events until they are answered. */
  #keepOpen(lastSeq: number): void {
    for (const [callId, seq] of this.#open) {
      if (seq > lastSeq) return
      if (this.#kept.has(callId)) continue
      this.#database
        .prepare('INSERT OR IGNORE INTO open_calls SELECT ?, line FROM events WHERE seq = ?')
        .run(callId, seq)
      this.#kept.add(callId)
    }
  }

  get #isFull(): boolean {
    return this.#pendingBytes >= this.#options.maxBytes
  }

  #drop(seq: number): void {
    this.#lastSeq = seq
    this.droppedCount++
    this.#guard(() => {
      this.#note('last_seq', String(seq))
      this.#note('dropped', String(this.droppedCount))
    })
  }

  #note(name: string, value: string): void {
    this.#database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?)').run(name, value)
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw writeFault(this.#options.path, cause)
    }
  }
}

function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;' +
        ` PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`,
    )
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`)
    return database
  } catch (cause) {
    database?.close()
    const code = ((cause as { errcode?: number }).errcode ?? 0) & 0xff
    if (code === SQLITE_BUSY)
      throw new Fault('LOG_LOCKED', `Another tap uses the outbox ${path}`, { cause })
    throw writeFault(path, cause)
  }
}

function writeFault(path: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : 'unknown reason'
  return new Fault('OUTPUT_UNWRITABLE', `The outbox ${path} cannot be written: ${reason}`, {
    cause,
  })
}

function actionOf(line: string): unknown {
  return (JSON.parse(line) as { action?: unknown }).action
}

function callIdOf(line: string): string {
  return String((JSON.parse(line) as { call_id?: unknown }).call_id)
}
