import { isDigit } from '../characters.ts'
import { encodedRun } from '../encoded-run.ts'

/** Layers of encoding that are taken off: base64 inside of URL encoding inside of base64. */
export const LAYERS_MAX_COUNT = 3
/** Characters that are decoded for one text, all layers together. */
export const DECODED_MAX_LENGTH = 131_072
const RUN_MIN_LENGTH = 20
const SAMPLE_LENGTH = 16
const HEX_SAMPLE_LENGTH = 16
const LINE_MIN_LENGTH = 48
const LINE_MAX_LENGTH = 128
const LINE = /(?:\r?\n|\\n)[ \t]{0,16}([A-Za-z0-9+/_-]{4,128}={0,2})(?![A-Za-z0-9+/_=-])/y
/** Characters of one run that are decoded; the rest of a longer one is left out. */
export const RUN_MAX_LENGTH = 65_536
const NO_VALUE = 64
const VALUES = new Uint8Array(128).fill(NO_VALUE)
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
for (const alphabet of [`${ALPHABET}+/`, `${ALPHABET}-_`]) {
  for (let value = 0; value < NO_VALUE; value += 1) VALUES[alphabet.charCodeAt(value)] = value
}
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

/**
 * The text inside a run of base64 or hexadecimal; undefined where it is a word, or bytes that are
 * no text. A glance at the beginning decides most.
 */
export function decodedRun(run: string): string | undefined {
  if (run.length < RUN_MIN_LENGTH) return undefined
  if (isHexText(run)) return decoded(run, 'hex')
  if (!beginsAsText(run)) return undefined
  return BASE64.test(run) ? decoded(run, 'base64') : undefined
}

/**
 * Where a run that is wrapped into lines of one length ends, a shorter one last: `end` where the
 * run from `start` stands alone. At most `RUN_MAX_LENGTH` characters.
 */
export function wrappedEnd(text: string, start: number, end: number): number {
  const width = end - start
  if (width < LINE_MIN_LENGTH || width > LINE_MAX_LENGTH || width % 4 !== 0) return end
  let lineEnd = end
  while (lineEnd - start < RUN_MAX_LENGTH) {
    LINE.lastIndex = lineEnd
    const line = LINE.exec(text)?.[1]
    if (line === undefined || line.length > width) break
    lineEnd = LINE.lastIndex
    if (line.length < width) break
  }
  return lineEnd
}

/** A text without its URL encoding (`%2F`); undefined where nothing was encoded. */
export function decodedUrl(text: string): string | undefined {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return undefined
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16))
  })
}

function decoded(run: string, encoding: 'hex' | 'base64'): string | undefined {
  if (encodedRun(run)?.isText !== true) return undefined
  return Buffer.from(run, encoding).toString('latin1')
}

/** Pairs of digits of which the first are printable characters. */
function isHexText(run: string): boolean {
  for (let index = 0; index < HEX_SAMPLE_LENGTH; index += 1) {
    const code = run.charCodeAt(index) | 32
    if (index % 2 === 0 ? code < 50 || code > 55 : !isHexDigit(code)) return false
  }
  return /^[0-9A-Fa-f]+$/.test(run)
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102)
}

/** Whether the first bytes of base64 are printable characters. */
function beginsAsText(run: string): boolean {
  let bits = 0
  let count = 0
  for (let index = 0; index < SAMPLE_LENGTH; index += 1) {
    const value = VALUES[run.charCodeAt(index) & 127] ?? NO_VALUE
    if (value === NO_VALUE) return false
    bits = ((bits << 6) | value) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    const byte = (bits >> count) & 0xff
    if (byte > 126 || (byte < 32 && (byte < 9 || byte > 13))) return false
  }
  return true
}
