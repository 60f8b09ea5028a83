import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import type { Settings } from '#runtime/config.ts'
import { isDistributed, makeDirectory } from './directory.ts'

const FILE = 'hash.key'
const KEY_BYTES = 32

/**
 * The key of keyed hashes for live work: the one set, else the directory's own, made at its first
 * start. Processes of the distributed form must share one, so there it must be set.
 *
 * @throws Fault BAD_SETTINGS where processes would hash by different keys.
 */
export function liveHashKey(settings: Settings, directory: string): string {
  if (settings.TOCSIN_HASH_KEY !== undefined) return settings.TOCSIN_HASH_KEY
  if (isDistributed(settings))
    throw new Fault('BAD_SETTINGS', 'TOCSIN_HASH_KEY must be set, to the same for every process')
  const path = join(directory, FILE)
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  makeDirectory(directory)
  const key = randomBytes(KEY_BYTES).toString('base64url')
  writeFileSync(path, `${key}\n`, { mode: 0o600 })
  return key
}
