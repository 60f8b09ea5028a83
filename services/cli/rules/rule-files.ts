import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { Fault } from '#domain/fault.ts'
import type { SigmaFile } from '../../detect/sigma/load.ts'
import { isTar, readTar } from './tar.ts'
import { unreadable } from './unreadable.ts'

const GZIP_MAGIC = Buffer.of(0x1f, 0x8b)
const UNPACKED_MAX_BYTES = 512 * 2 ** 20
const FILES_MAX_COUNT = 100_000
const RULE_FILE = /\.ya?ml$/i

/**
 * The rule files of a tree, in the order of their paths: a folder with all below it, one file, or
 * a tar archive, which may be a gzip. A file is named as it would be opened; in an archive, as it
 * stands there.
 *
 * @throws Fault INPUT_UNREADABLE where it cannot be read, or holds no rule file.
 */
export function readRuleFiles(path: string): SigmaFile[] {
  const files = isDirectory(path) ? filesUnder(path) : filesOf(path)
  if (files.length === 0) throw new Fault('INPUT_UNREADABLE', `${path} holds no .yml file`)
  return files
}

/** Reads a text that is no rule. @throws Fault INPUT_UNREADABLE */
export function readTextFile(path: string): string {
  return readBytes(path).toString('utf8')
}

function filesUnder(directory: string): SigmaFile[] {
  const names = attempt(directory, () =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' }),
  ).filter((name) => RULE_FILE.test(name))
  if (names.length > FILES_MAX_COUNT) {
    throw new Fault('INPUT_UNREADABLE', `${directory} holds more than ${FILES_MAX_COUNT} files`)
  }
  return names
    .map((name) => join(directory, name))
    .sort()
    .map((file) => ({ file, text: readTextFile(file) }))
}

function filesOf(path: string): SigmaFile[] {
  const packed = readBytes(path)
  const bytes = packed.subarray(0, 2).equals(GZIP_MAGIC) ? unpacked(path, packed) : packed
  if (!isTar(bytes)) return [{ file: path, text: bytes.toString('utf8') }]
  const entries = readTar(bytes)
  if (entries === undefined) throw new Fault('INPUT_UNREADABLE', `${path} is no whole archive`)
  return entries
    .filter(({ name }) => RULE_FILE.test(name) && !basename(name).startsWith('._'))
    .map((entry) => ({ file: entry.name, text: entry.bytes.toString('utf8') }))
    .sort((left, right) => (left.file < right.file ? -1 : 1))
}

function unpacked(path: string, packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: UNPACKED_MAX_BYTES })
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `${path} is no whole gzip`, { cause })
  }
}

function isDirectory(path: string): boolean {
  return attempt(path, () => statSync(path)).isDirectory()
}

function readBytes(path: string): Buffer {
  return attempt(path, () => readFileSync(path))
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
