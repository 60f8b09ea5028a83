import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

const DOORS = z.object({
  pid: z.number().int().positive(),
  http: z.object({ url: z.string() }).optional(),
  sql: z.object({ url: z.string() }).optional(),
  tokens: z.object({
    admin: z.string(),
    ingest: z.string(),
    tap: z.string(),
    'sql-reader': z.string(),
    'sql-writer': z.string(),
  }),
})

/** Where the owner of a data directory can be reached, and the tokens that open its doors. */
export type Doors = z.infer<typeof DOORS>

const FILE = 'doors.json'

/** The doors of the process that owns a directory; undefined where none is alive. */
export function readDoors(directory: string): Doors | undefined {
  const path = join(directory, FILE)
  if (!existsSync(path)) return undefined
  try {
    const doors = DOORS.parse(JSON.parse(readFileSync(path, 'utf8')))
    return isAlive(doors.pid) ? doors : undefined
  } catch {
    return undefined
  }
}

/**
 * Publishes the doors, readable by the owner alone, in one step: a reader finds them whole or not
 * at all. Returns how to take the file away.
 */
export function writeDoors(directory: string, doors: Doors): () => void {
  const path = join(directory, FILE)
  const fresh = `${path}.new`
  rmSync(fresh, { force: true })
  writeFileSync(fresh, `${JSON.stringify(doors, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(fresh, path)
  return () => rmSync(path, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
