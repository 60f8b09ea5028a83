import { CodeBuffer } from '../code-buffer.ts'
import { findNamedValue } from './assignment.ts'
import { findAccountAt } from './bank-account.ts'
import { findAddress6At, findAddressAt, findMailAt } from './contact.ts'
import {
  decodedRun,
  decodedUrl,
  wrappedEnd,
  DECODED_MAX_LENGTH,
  LAYERS_MAX_COUNT,
  RUN_MAX_LENGTH,
} from './decoding.ts'
import { noFindings, resolved, type Findings, type SensitiveSpan } from './finding.ts'
import { findFormatAt } from './format-index.ts'
import { findUrlLoginAt } from './login.ts'
import { findNumberAt } from './personal-number.ts'
import { readOpening, routeOf } from './words.ts'

const LETTER = 1
const DIGIT = 2
const WORD = 3
const JOINT = 4
const SIGN = 8
const VALUE_MIN_LENGTH = 8
const ENCODED_MIN_LENGTH = 20
const URL_BACK_MAX_LENGTH = 1024
/** What every character is to the pass; 0 ends a run of key characters and means nothing else. */
const KINDS = new Uint8Array(65_536)
for (let code = 0; code < 128; code += 1) KINDS[code] = kindOf(String.fromCharCode(code))

/** What is left to be decoded, and what is looked for. */
type Pass = { withContacts: boolean; decodableLength: number; layer: number }

const BUFFER = new CodeBuffer()

/**
 * Every sensitive value of a text in order, in one pass over it and over what is encoded in it.
 * `withContacts` also finds mail and network addresses.
 */
export function scan(text: string, withContacts: boolean): SensitiveSpan[] {
  return read({ withContacts, decodableLength: DECODED_MAX_LENGTH, layer: 0 }, text)
}

function read(pass: Pass, text: string): SensitiveSpan[] {
  const findings = noFindings(text)
  const codes = (pass.layer === 0 ? BUFFER : new CodeBuffer()).of(text)
  let [index, runStart, seen, urlEnd, encodedEnd] = [0, 0, 0, 0, 0]
  while (index < text.length) {
    const code = codes[index] ?? 0
    const kind = KINDS[code] ?? 0
    if ((kind & WORD) !== 0) {
      const start = index
      let kinds = kind
      for (index += 1; ; index += 1) {
        const nextKind = KINDS[codes[index] ?? 0] ?? 0
        if ((nextKind & WORD) === 0) break
        kinds |= nextKind
      }
      seen |= kinds
      const route = routeOf(code, codes[start + 1] ?? 0)
      if ((kinds & DIGIT) === 0 && route === 0) continue
      const end = readWord(pass, findings, start, index, route)
      if (end > index) [index, runStart, seen] = [end, end, 0]
    } else if (kind === JOINT) {
      index += 1
    } else {
      const isValue = (seen & DIGIT) !== 0 && index - runStart >= VALUE_MIN_LENGTH
      if (isValue && runStart >= encodedEnd) {
        encodedEnd = endRun(pass, findings, runStart, index)
      }
      seen = 0
      if (kind === SIGN) {
        if (code === 37 && index >= urlEnd) urlEnd = readUrl(pass, findings, index)
        index = readSign(pass, findings, index, code)
      } else index += 1
      runStart = index
    }
  }
  if ((seen & DIGIT) !== 0 && runStart >= encodedEnd) {
    endRun(pass, findings, runStart, text.length)
  }
  return resolved(findings)
}

/** What a word opens, and the numbers it may be; how far that reaches, or `end`. */
function readWord(
  pass: Pass,
  findings: Findings,
  start: number,
  end: number,
  route: number,
): number {
  const { text } = findings
  const first = text.charCodeAt(start)
  if (first <= 57) {
    if (pass.withContacts && text.charCodeAt(end) === 46) {
      const addressEnd = findAddressAt(findings, start)
      if (addressEnd > start) return addressEnd
    }
    const numberEnd = findNumberAt(findings, start)
    if (numberEnd > end) return numberEnd
  } else if (isDigitAt(text, start + 2) && isDigitAt(text, start + 3)) {
    findAccountAt(findings, start)
  }
  if (route === 0) return end
  const opened = readOpening(findings, start, route)
  return opened > start ? opened : end
}

/** A sign that something may stand around: returns where to go on. */
function readSign(pass: Pass, findings: Findings, index: number, code: number): number {
  const { text } = findings
  if (code === 64) {
    const isLogin = findUrlLoginAt(findings, index)
    if (pass.withContacts && !isLogin) findMailAt(findings, index)
  } else if (code === 58) {
    if (pass.withContacts) return Math.max(index + 1, findAddress6At(findings, index))
  } else if (code === 92) {
    return escapeEnd(text, index)
  } else if (code === 124 || code === 126) {
    const start = code === 126 ? index - 1 : index
    return Math.max(index + 1, findFormatAt(findings, start))
  }
  return index + 1
}

/** After a backslash and its letter, which are no part of the word that follows. */
function escapeEnd(text: string, index: number): number {
  const letter = text[index + 1] ?? ' '
  if ('nrtbfv'.includes(letter)) return index + 2
  return letter === 'u' && /^[0-9A-Fa-f]{4}/.test(text.slice(index + 2, index + 6))
    ? index + 6
    : index + 1
}

/** A run with digits: a value with a name before it, or something encoded; where that ends. */
function endRun(pass: Pass, findings: Findings, start: number, end: number): number {
  findNamedValue(findings, start, end)
  if (end - start < ENCODED_MIN_LENGTH || !mayDecode(pass)) return end
  const { text } = findings
  let paddedEnd = end
  while (paddedEnd < end + 2 && text[paddedEnd] === '=') paddedEnd += 1
  const lastEnd = wrappedEnd(text, start, paddedEnd)
  const written = text.slice(start, lastEnd)
  const run = lastEnd > paddedEnd ? written.replaceAll(/\\n|\s/g, '') : written
  const decoded = decodedRun(run.slice(0, Math.min(RUN_MAX_LENGTH, pass.decodableLength & ~3)))
  if (decoded !== undefined) readInside(pass, findings, decoded, start, lastEnd)
  return lastEnd
}

/** Reads the URL-encoded run around a `%`; where the run ends. */
function readUrl(pass: Pass, findings: Findings, index: number): number {
  const { text } = findings
  let start = index
  while (start > index - URL_BACK_MAX_LENGTH && isUrlPart(text.charCodeAt(start - 1))) start -= 1
  let end = index + 1
  while (end < index + RUN_MAX_LENGTH && isUrlPart(text.charCodeAt(end))) end += 1
  if (!mayDecode(pass)) return end
  const decoded = decodedUrl(text.slice(start, Math.min(end, start + pass.decodableLength)))
  if (decoded !== undefined) readInside(pass, findings, decoded, start, end)
  return end
}

/** Reports each type inside of an encoded run once, at the place of the run. */
function readInside(
  pass: Pass,
  { inside }: Findings,
  decoded: string,
  start: number,
  end: number,
): void {
  pass.decodableLength -= decoded.length
  pass.layer += 1
  const types = new Set<SensitiveSpan['type']>()
  for (const { type, detector } of read(pass, decoded)) {
    if (!types.has(type)) inside.push({ type, start, end, detector })
    types.add(type)
  }
  pass.layer -= 1
}

function mayDecode({ layer, decodableLength }: Pass): boolean {
  return layer < LAYERS_MAX_COUNT && decodableLength >= ENCODED_MIN_LENGTH
}

function isDigitAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code >= 48 && code <= 57
}

/** Everything but blanks, quotes and brackets around addresses. */
function isUrlPart(code: number): boolean {
  return code > 32 && code !== 34 && code !== 39 && code !== 60 && code !== 62 && code !== 92
}

function kindOf(char: string): number {
  if (/[A-Za-z_]/.test(char)) return LETTER
  if (/[0-9]/.test(char)) return DIGIT
  if (/[-+/.]/.test(char)) return JOINT
  return /[@%|:\\~]/.test(char) ? SIGN : 0
}
