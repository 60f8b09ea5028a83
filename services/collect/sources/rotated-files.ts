import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

import { identify, type FileIdentity } from './tail-file.ts'

const COMPRESSED = /\.(?:gz|zst)$/
/** What a rotation adds to a name: `.1`, `-20261127`, `.2026-11-27T08:00:00`, `.old`. */
const ADDED = /^[.-](?:\d[\dT:._-]*|old)$/

/**
 * What a log was renamed or copied to, as its names tell, compressed or not: the oldest first, of
 * equally old ones the one with the higher number.
 */
export async function rotatedFiles(path: string): Promise<FileIdentity[]> {
  const names = await readdir(dirname(path)).catch(() => [])
  const rotated = names.filter((name) => isRotated(name, basename(path)))
  const found = await Promise.all(rotated.map((name) => identify(join(dirname(path), name))))
  return found
    .filter((file) => file !== undefined)
    .sort(
      (one, other) =>
        one.mtimeMs - other.mtimeMs || other.path.localeCompare(one.path, 'en', { numeric: true }),
    )
}

/** For sorting: what its name calls compressed comes last. */
export function plainFirst(one: FileIdentity, other: FileIdentity): number {
  return Number(COMPRESSED.test(one.path)) - Number(COMPRESSED.test(other.path))
}

/** Whether a name is that of a rotated log. */
export function isRotated(name: string, logName: string): boolean {
  const plain = name.replace(COMPRESSED, '')
  if (plain === logName) return plain !== name
  if (plain.startsWith(logName)) return ADDED.test(plain.slice(logName.length))
  const ending = extname(logName)
  const stem = logName.slice(0, logName.length - ending.length)
  if (ending === '' || !plain.startsWith(stem) || !plain.endsWith(ending)) return false
  return ADDED.test(plain.slice(stem.length, plain.length - ending.length))
}
