import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { Session } from 'chdb'
import { Fault } from '#domain/fault.ts'
import { makeDatabase } from './migrations.ts'
import { literal } from './parameters.ts'

/** One statement for the engine, alone in a session of its own. */
export type EngineRun = {
  sql: string
  /** Output format where the statement names none. */
  format?: string
  /** Settings of this run; they end with it. */
  settings?: Readonly<Record<string, string | number>>
  /** Texts for `{name:Type}`, escaped as the HTTP interface has them. */
  parameters?: Readonly<Record<string, string>>
  database?: string
}

/** What came of a run: the answer's bytes, and what it took. */
export type EngineAnswer = {
  bytes: Uint8Array
  rowsReadCount: number
  bytesReadCount: number
  elapsedSeconds: number
}

/** ClickHouse's engine in this process, the owner of one directory. */
export type Engine = {
  readonly database: string
  /** Rejects with the engine's own error; the caller knows what it was doing. */
  run(run: EngineRun): Promise<EngineAnswer>
  close(): Promise<void>
}

export type EngineOptions = {
  directory: string
  database: string
  /** What the engine may hold altogether; it refuses a query rather than take more. */
  maxMemoryBytes: number
  /** Runs at once; more wait their turn. */
  runningMaxCount: number
}

const MIB = 1 << 20

/**
 * Opens the engine on a directory; the directory is made where it is missing.
 *
 * @throws Fault EVIDENCE_LOCKED where another process owns it, EVIDENCE_UNAVAILABLE.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { directory, database, maxMemoryBytes } = options
  const anchor = openSession(directory, engineArguments(maxMemoryBytes))
  const gate = openGate(options.runningMaxCount)
  let closing = false

  const run: Engine['run'] = async (request) => {
    if (closing) throw new Fault('EVIDENCE_UNAVAILABLE', 'The evidence engine is closing')
    await gate.enter()
    let session: Session | undefined
    try {
      session = new Session(directory)
      for (const statement of preparation(request, database)) await session.queryAsync(statement)
      const result = await session.queryAsync(request.sql, { format: request.format ?? 'Null' })
      return {
        bytes: result.bytes(),
        rowsReadCount: result.rowsRead,
        bytesReadCount: result.bytesRead,
        elapsedSeconds: result.elapsed,
      }
    } finally {
      session?.close()
      gate.leave()
    }
  }
  const close = async (): Promise<void> => {
    closing = true
    await gate.empty()
    anchor.close()
  }
  await anchor.queryAsync(`${makeDatabase(database)} ENGINE = Atomic`)
  return { database, run, close }
}

function openSession(directory: string, connectionArgs: string[]): Session {
  try {
    return new Session(directory, { connectionArgs })
  } catch (cause) {
    const ownerPid = ownerOf(directory)
    if (ownerPid !== undefined && ownerPid !== process.pid)
      throw new Fault('EVIDENCE_LOCKED', `Process ${ownerPid} holds ${directory}`, { cause })
    throw new Fault('EVIDENCE_UNAVAILABLE', `Could not open ${directory}`, { cause })
  }
}

/** The living process the engine's note names; the engine does not say why it fails to open. */
function ownerOf(directory: string): number | undefined {
  try {
    const [, pid] = /^PID: (\d+)/.exec(readFileSync(join(directory, 'status'), 'utf8')) ?? []
    if (pid !== undefined) process.kill(Number(pid), 0)
    return pid === undefined ? undefined : Number(pid)
  } catch {
    return undefined
  }
}

/** Settings first, so that a run under `readonly` cannot take them back. */
function* preparation(request: EngineRun, database: string): Iterable<string> {
  yield `USE ${request.database ?? database}`
  const parameters = Object.entries(request.parameters ?? {})
  const settings = [
    ...parameters.map(([name, value]) => [`param_${name}`, literal(value)]),
    ...Object.entries(request.settings ?? {}).map(([name, value]) => [
      name,
      typeof value === 'number' ? String(value) : literal(value),
    ]),
  ]
  if (settings.length > 0)
    yield `SET ${settings.map(([name, value]) => `${name} = ${value}`).join(', ')}`
}

/** Caches and pools sized for a neighbour of the pipeline, not for a server of its own. */
function engineArguments(maxMemoryBytes: number): string[] {
  return [
    `--max_server_memory_usage=${maxMemoryBytes}`,
    `--mark_cache_size=${32 * MIB}`,
    `--uncompressed_cache_size=0`,
    `--index_mark_cache_size=${8 * MIB}`,
    `--background_pool_size=2`,
    `--background_schedule_pool_size=2`,
    `--max_thread_pool_size=64`,
  ]
}

type Gate = { enter(): Promise<void>; leave(): void; empty(): Promise<void> }

function openGate(maxCount: number): Gate {
  const waiting: (() => void)[] = []
  const emptied: (() => void)[] = []
  let count = 0
  return {
    async enter() {
      if (count >= maxCount) await new Promise<void>((resolve) => waiting.push(resolve))
      else count += 1
    },
    leave() {
      const next = waiting.shift()
      if (next !== undefined) return next()
      count -= 1
      if (count === 0) for (const resolve of emptied.splice(0)) resolve()
    },
    async empty() {
      if (count > 0) await new Promise<void>((resolve) => emptied.push(resolve))
    },
  }
}
