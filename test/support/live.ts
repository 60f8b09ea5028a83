import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { startTocsin, type CommandResult, type RunningCommand } from './cli.ts'

const POLL_MS = 100
/** A process starts in three seconds, and in twenty on a busy machine. */
const POLL_MAX_MS = 60_000

type LiveDoors = {
  pid: number
  http: { url: string }
  sql: { url: string } | undefined
  tokens: Record<'admin' | 'ingest' | 'tap' | 'sql-reader' | 'sql-writer', string>
}

/** A `tocsin start` on free ports, once its doors are open. */
export type LiveTocsin = RunningCommand & { doors: LiveDoors; stop(): Promise<CommandResult> }

/** Starts `tocsin start` on a directory. Throws where it ends before its doors open. */
export async function aLiveTocsin(
  directory: string,
  services: readonly string[] = [],
): Promise<LiveTocsin> {
  const environment = { TOCSIN_HTTP_PORT: '0', TOCSIN_SQL_PORT: '0', TOCSIN_LOG_LEVEL: 'warn' }
  const running = startTocsin(['start', ...services, '--data-dir', directory], { environment })
  const { child, result } = running
  const ended = result.then((end) => {
    throw new Error(`it ended with ${end.code}: ${end.stderr}`)
  })
  ended.catch(() => undefined)
  const found = eventually(
    () => readDoors(directory, child.pid),
    (doors) => doors !== undefined,
  )
  const doors = await Promise.race([found, ended])
  if (doors === undefined) throw new Error('it opened no door')
  const stop = (): Promise<CommandResult> => {
    child.kill('SIGTERM')
    return result
  }
  return { ...running, doors, stop }
}

/** Asks until an answer will do, for a bounded time; then gives the last. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isEnough: (answer: T) => boolean,
): Promise<T> {
  const endsAtMs = Date.now() + POLL_MAX_MS
  for (;;) {
    const answer = await ask()
    if (isEnough(answer) || Date.now() > endsAtMs) return answer
    await wait(POLL_MS)
  }
}

function readDoors(directory: string, pid: number | undefined): LiveDoors | undefined {
  try {
    const doors = JSON.parse(readFileSync(join(directory, 'doors.json'), 'utf8')) as LiveDoors
    return doors.pid === pid ? doors : undefined
  } catch {
    return undefined
  }
}
