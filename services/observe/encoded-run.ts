import { KIND, kindOf } from './characters.ts'
import type { Codes } from './code-buffer.ts'

const RUN_MIN_LENGTH = 24
const DECODED_MAX_LENGTH = 16_384
const TEXT_MIN_SHARE = 0.95

/** What an encoded run holds. */
export type EncodedRun = { byteCount: number; isText: boolean }

/**
 * Where the next run of 24 or more characters of base64, base64url or hexadecimal begins, at `from`
 * or after it; -1 where none does. Looks only at every 24th character of what holds none.
 */
export function nextRun(codes: Codes, length: number, from: number): number {
  let start = from
  for (;;) {
    let index = start + RUN_MIN_LENGTH - 1
    if (index >= length) return -1
    while (index >= start && (kindOf(codes[index] ?? 0) & KIND.run) !== 0) index -= 1
    if (index < start) return start
    start = index + 1
  }
}

/** Where the run that `nextRun` found ends. */
export function runEnd(codes: Codes, start: number): number {
  let end = start + RUN_MIN_LENGTH
  while ((kindOf(codes[end] ?? 0) & KIND.run) !== 0) end += 1
  return end
}

/**
 * Decodes a run of base64, base64url or hexadecimal; undefined where it is a name, a path, a word.
 */
export function encodedRun(run: string): EncodedRun | undefined {
  if (isHex(run)) return decoded(run, 'hex')
  return isBase64(run) ? decoded(run, 'base64') : undefined
}

function isHex(run: string): boolean {
  if (run.length < 32 || run.length % 2 !== 0) return false
  return /^[0-9a-fA-F]+$/.test(run) && /\d/.test(run) && /[a-fA-F]/.test(run)
}

function isBase64(run: string): boolean {
  const padding = run.indexOf('=')
  const body = padding < 0 ? run : run.slice(0, padding)
  if (run.length - body.length > 2 || body.length % 4 === 1) return false
  const isUrl = /[-_]/.test(body)
  if (isUrl && /[+/]/.test(body)) return false
  const isMixed = /\d/.test(body) && /[a-z]/.test(body) && /[A-Z]/.test(body)
  return isMixed && caseChanges(body) > body.length / 8
}

/** Words and paths keep their case; encoded bytes do not. */
function caseChanges(body: string): number {
  let changes = 0
  let before = 0
  for (let index = 0; index < body.length; index += 1) {
    const code = body.charCodeAt(index)
    const kind = code >= 97 ? 1 : code >= 65 ? 2 : 3
    if (kind !== before) changes += 1
    before = kind
  }
  return changes
}

function decoded(run: string, encoding: 'hex' | 'base64'): EncodedRun {
  const bytes = Buffer.from(run.slice(0, DECODED_MAX_LENGTH), encoding)
  const byteCount = Math.floor(
    (bytes.length * run.length) / Math.min(run.length, DECODED_MAX_LENGTH),
  )
  let printable = 0
  for (const byte of bytes) {
    if ((byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9) printable += 1
  }
  return { byteCount, isText: bytes.length > 0 && printable / bytes.length >= TEXT_MIN_SHARE }
}
