import { Buffer } from 'node:buffer'
import { literalPattern, literalText } from './pattern.ts'
import type { Pattern } from './pattern.ts'

const OFFSETS = [
  { shiftBytes: 0, startAt: 0 },
  { shiftBytes: 1, startAt: 2 },
  { shiftBytes: 2, startAt: 3 },
] as const

/** The text as UTF-16, a character for a byte; a leading mark makes it little-endian. */
export function utf16(pattern: Pattern, order: 'le' | 'be' | 'marked'): Pattern {
  const text = literalText(pattern)
  const bytes = Buffer.from(order === 'marked' ? `\uFEFF${text}` : text, 'utf16le')
  if (order === 'be') bytes.swap16()
  return literalPattern(bytes.toString('latin1'), true)
}

/** The text in Base64. */
export function base64(pattern: Pattern): Pattern {
  return literalPattern(bytesOf(pattern).toString('base64'))
}

/** What surely stands of the text in a longer one in Base64, for each of three shifts. */
export function base64Offsets(pattern: Pattern): Pattern[] {
  const bytes = bytesOf(pattern)
  return OFFSETS.map(({ shiftBytes, startAt }) => {
    const encoded = Buffer.concat([Buffer.alloc(shiftBytes, ' '), bytes]).toString('base64')
    const unsure = [0, 3, 2][(bytes.length + shiftBytes) % 3]!
    return literalPattern(encoded.slice(startAt, encoded.length - unsure))
  })
}

const bytesOf = (pattern: Pattern): Buffer =>
  Buffer.from(literalText(pattern), pattern.isBytes ? 'latin1' : 'utf8')
