import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { idOf } from '#domain/ids.ts'
import { isObject } from '#domain/json-form.ts'
import { MINUTE_US } from '#domain/time.ts'
import { restrictionOf, type Restriction } from '../enforcement/restrictions.ts'
import type { ToolCatalogue } from '../normalize/mcp-definition.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (
    key TEXT PRIMARY KEY, started_us INTEGER NOT NULL, last_us INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS members (
    session_id TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY (session_id, member)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS restrictions (
    enforcement_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, record TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tools (
    server_id TEXT NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, annotations TEXT NOT NULL,
    PRIMARY KEY (server_id, name)
  ) STRICT, WITHOUT ROWID;
`
const FILE = 'taps.sqlite'
const BUSY_MAX_MS = 2_000
/** A session without a word for so long is over (time.md). */
const INACTIVITY_US = 30 * MINUTE_US
/** How long a session's last moment may stand in memory alone. */
const NOTE_EVERY_US = MINUTE_US
const SESSIONS_MAX_COUNT = 20_000

const SQLITE_BUSY = 5
const BUSY_STEP_MS = 20

type Known = { id: string; startedUs: number; lastUs: number; notedUs: number; isEnded: boolean }

/**
 * What the taps of one directory remember together: which session a client is in, so that two
 * servers of one host share it; what is restricted, so that a restart comes up restricted; which
 * tools a server has.
 */
export class TapMemory {
  readonly #database: DatabaseSync
  readonly #known = new Map<string, Known>()

  /** @throws Fault OUTPUT_UNWRITABLE */
  constructor(directory: string) {
    const path = join(directory, FILE)
    try {
      this.#database = new DatabaseSync(path, { timeout: BUSY_MAX_MS })
      keepLog(this.#database)
      this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`)
    } catch (cause) {
      throw new Fault('OUTPUT_UNWRITABLE', `The taps' memory ${path} cannot be used`, { cause })
    }
  }

  /**
   * The session of a client at a time: the one it is in, or a new one after an inactivity gap, or
   * where a handshake begins one (`isStart`) after the last has ended.
   */
  session(key: string, nowUs: number, isStart: boolean): string {
    const known = this.#known.get(key)
    if (known !== undefined && !isOver(known, nowUs, isStart)) {
      known.lastUs = Math.max(known.lastUs, nowUs)
      if (known.lastUs - known.notedUs > NOTE_EVERY_US) this.#note(key, known)
      return known.id
    }
    return this.#lookUp(key, nowUs, isStart).id
  }

  /** A connection that lives in a session, and keeps it from being over when another ends. */
  join(sessionId: string, member: string): void {
    this.#database.prepare('INSERT OR IGNORE INTO members VALUES (?, ?)').run(sessionId, member)
  }

  /** A connection has ended; returns whether it was the session's last. */
  leave(key: string | undefined, sessionId: string, member: string): boolean {
    this.#database
      .prepare('DELETE FROM members WHERE session_id = ? AND member = ?')
      .run(sessionId, member)
    const left = this.#database
      .prepare('SELECT 1 FROM members WHERE session_id = ? LIMIT 1')
      .get(sessionId)
    if (left !== undefined) return false
    if (key === undefined) return true
    this.#database.prepare('UPDATE sessions SET ended = 1 WHERE key = ?').run(key)
    const known = this.#known.get(key)
    if (known !== undefined) known.isEnded = true
    return true
  }

  /** Forgets sessions that were last seen before a time. */
  forgetBefore(lastUs: number): void {
    this.#database.prepare('DELETE FROM sessions WHERE last_us < ?').run(lastUs)
  }

  /** Forgets the connections of collectors that were killed. */
  forgetMembers(collectorId: string): void {
    this.#database
      .prepare('DELETE FROM members WHERE substr(member, 1, ?) = ?')
      .run(collectorId.length, collectorId)
  }

  restrictions(): Restriction[] {
    const rows = this.#database.prepare('SELECT record FROM restrictions').all()
    return rows.flatMap((row) => restrictionOf(JSON.parse(String(row['record']))) ?? [])
  }

  keepRestriction(restriction: Restriction): void {
    const { enforcement_id, revision } = restriction
    this.#database
      .prepare(
        'INSERT INTO restrictions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET' +
          ' revision = excluded.revision, record = excluded.record' +
          ' WHERE excluded.revision > revision',
      )
      .run(enforcement_id, revision, JSON.stringify(restriction))
  }

  tools(serverId: string): ToolCatalogue {
    const rows = this.#database.prepare('SELECT * FROM tools WHERE server_id = ?').all(serverId)
    return new Map(
      rows.map((row) => {
        const read: unknown = JSON.parse(String(row['annotations']))
        const annotations = isObject(read) ? (read as Record<string, string>) : {}
        return [String(row['name']), { hash: String(row['hash']), annotations }]
      }),
    )
  }

  keepTool(serverId: string, name: string, hash: string, annotations: object): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO tools VALUES (?, ?, ?, ?)')
      .run(serverId, name, hash, JSON.stringify(annotations))
  }

  close(): void {
    if (!this.#database.isOpen) return
    for (const [key, known] of this.#known) if (known.lastUs > known.notedUs) this.#note(key, known)
    this.#database.close()
  }

  /** What another tap knows of the session, or a new one. */
  #lookUp(key: string, nowUs: number, isStart: boolean): Known {
    this.#database.exec('BEGIN IMMEDIATE')
    const row = this.#database.prepare('SELECT * FROM sessions WHERE key = ?').get(key)
    let found: Known | undefined
    if (row !== undefined) {
      const startedUs = Number(row['started_us'])
      const lastUs = Number(row['last_us'])
      const isEnded = row['ended'] === 1
      found = { id: sessionIdOf(key, startedUs), startedUs, lastUs, notedUs: lastUs, isEnded }
    }
    if (found === undefined || isOver(found, nowUs, isStart)) {
      const id = sessionIdOf(key, nowUs)
      found = { id, startedUs: nowUs, lastUs: nowUs, notedUs: nowUs, isEnded: false }
    }
    found.lastUs = Math.max(found.lastUs, nowUs)
    this.#note(key, found)
    this.#database.exec('COMMIT')
    this.#known.delete(key)
    this.#known.set(key, found)
    if (this.#known.size > SESSIONS_MAX_COUNT) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#known.delete(oldest)
    }
    return found
  }

  #note(key: string, known: Known): void {
    known.notedUs = known.lastUs
    this.#database
      .prepare(
        'INSERT INTO sessions VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET' +
          ' started_us = excluded.started_us, ended = excluded.ended,' +
          ' last_us = max(last_us, excluded.last_us)',
      )
      .run(key, known.startedUs, known.lastUs, known.isEnded ? 1 : 0)
  }
}

function isOver(known: Known, nowUs: number, isStart: boolean): boolean {
  return nowUs - known.lastUs > INACTIVITY_US || (isStart && known.isEnded)
}

function sessionIdOf(key: string, startedUs: number): string {
  return idOf('session', key, String(startedUs))
}

/**
 * Has the file keep a log of what is written. SQLite waits for nobody there, where another tap
 * makes the same new file at the same moment; so this does, as long as for any other write.
 */
function keepLog(database: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waitedMs = 0; ; waitedMs += BUSY_STEP_MS) {
    try {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
      return
    } catch (error) {
      const isBusy = (error as { errcode?: number }).errcode === SQLITE_BUSY
      if (!isBusy || waitedMs >= BUSY_MAX_MS) throw error
      Atomics.wait(pause, 0, 0, BUSY_STEP_MS)
    }
  }
}
