import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { Fault } from '#domain/fault.ts'

/** Offsets of one partition stand in `2^40` consecutive row ids: `partitionId * 2^40 + offset`. */
const OFFSETS_PER_PARTITION = 2 ** 40

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL DEFAULT 0, next_offset INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB, headers TEXT,
    appended_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS committed (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL,
    next_offset INTEGER NOT NULL, PRIMARY KEY (consumer_group, topic, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

export type Durability = 'power_cut' | 'process_crash'

/**
 * Opens the log's file for this process alone. `power_cut` syncs every append to the disk;
 * `process_crash` leaves that to the operating system.
 *
 * @throws Fault LOG_LOCKED where another process has it, LOG_UNAVAILABLE where it cannot be opened.
 */
export function openDatabase(path: string, durability: Durability): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 200 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;')
    const synchronous = durability === 'power_cut' ? 'FULL' : 'NORMAL'
    database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -32768;`)
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`)
    return database
  } catch (cause) {
    database?.close()
    throw permissionFault(cause, path) ?? asFault(cause, path)
  }
}

/** SQLite calls it an I/O error. */
function permissionFault(cause: unknown, path: string): Fault | undefined {
  try {
    for (const place of [dirname(path), path])
      if (existsSync(place)) accessSync(place, constants.R_OK | constants.W_OK)
    return undefined
  } catch {
    return new Fault('LOG_UNAVAILABLE', `The log ${path} cannot be used: permission denied`, {
      cause,
    })
  }
}

/** What an error of SQLite means for the caller. */
export function asFault(cause: unknown, path: string): Fault {
  const code = (cause as { errcode?: number }).errcode ?? 0
  if ((code & 0xff) === SQLITE_BUSY || (code & 0xff) === SQLITE_LOCKED)
    return new Fault('LOG_LOCKED', `Another process is using the log ${path}`, { cause })
  if ((code & 0xff) === SQLITE_FULL)
    return new Fault('LOG_FULL', `No space left for the log ${path}`, { cause })
  const reason = cause instanceof Error ? cause.message : 'unknown reason'
  return new Fault('LOG_UNAVAILABLE', `The log ${path} cannot be used: ${reason}`, { cause })
}

/** The row id of an offset. */
export function rowId(partitionId: number, offset: number): number {
  return partitionId * OFFSETS_PER_PARTITION + offset
}

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
const SQLITE_FULL = 13
