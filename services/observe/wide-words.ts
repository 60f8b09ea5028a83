import { isWide } from './characters.ts'
import type { Codes } from './code-buffer.ts'
import { codesHash } from './hashing.ts'
import { NO_PARTS, type Token } from './token.ts'
import { TRAIT, traitsOf } from './traits.ts'

/** What writes such words. Words end where the script changes; words of Han after two signs. */
const SCRIPT = { han: 1, hiragana: 2, katakana: 3, hangul: 4, other: 5 } as const
const RUN_MAX_LENGTH = 24
const HAN_WORD_LENGTH = 2
/** Shorter runs of hiragana are endings and particles. */
const HIRAGANA_MIN_LENGTH = 3
const LIGHT_WEIGHT = 0.3

/** The next word of a script without blanks, which begins at `start`. */
export function wideToken(codes: Codes, start: number): Token {
  const script = scriptOf(codes[start] ?? 0)
  const end = script === SCRIPT.han ? hanEnd(codes, start) : runEnd(codes, start, script)
  const hash = codesHash(codes, start, end)
  const traits = traitsOf(hash)
  const isEnding = script === SCRIPT.hiragana && end - start < HIRAGANA_MIN_LENGTH
  const isCommon = isEnding || (traits & TRAIT.common) !== 0
  const weight = isCommon ? 0 : end - start > 1 ? 1 : LIGHT_WEIGHT
  return { kind: 'word', start, end, full: hash, hash, weight, traits, parts: NO_PARTS }
}

/** A word grammar knows, of two signs or one; else what is before the next, at most two. */
function hanEnd(codes: Codes, start: number): number {
  if (isKnown(codes, start, HAN_WORD_LENGTH)) return start + HAN_WORD_LENGTH
  if (isKnown(codes, start, 1)) return start + 1
  const next = start + 1
  if (scriptOf(codes[next] ?? 0) !== SCRIPT.han) return next
  return isKnown(codes, next, HAN_WORD_LENGTH) ? next : start + HAN_WORD_LENGTH
}

function isKnown(codes: Codes, start: number, length: number): boolean {
  return traitsOf(codesHash(codes, start, start + length)) !== 0
}

function runEnd(codes: Codes, start: number, script: number): number {
  let end = start + 1
  while (end < start + RUN_MAX_LENGTH && scriptOf(codes[end] ?? 0) === script) end += 1
  return end
}

function scriptOf(code: number): number {
  if (code >= 0x3041 && code <= 0x309f) return SCRIPT.hiragana
  if (code >= 0x30a0 && code <= 0x30ff) return SCRIPT.katakana
  if (code >= 0xac00 && code <= 0xd7a3) return SCRIPT.hangul
  if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff)) return SCRIPT.han
  return isWide(code) ? SCRIPT.other : 0
}
