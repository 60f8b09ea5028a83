import { CodeBuffer, type Codes } from './code-buffer.ts'
import { encodedRun, nextRun, runEnd } from './encoded-run.ts'
import { joinLetters, mayStandApart } from './letters-apart.ts'
import { plainLetters } from './plain-letters.ts'

/** A stretch of a text, `from` (inclusive) to `to` (exclusive), in UTF-16 units. */
export type Stretch = { from: number; to: number }

/** A text as a model may read it, and the stretches of it that a person would not see. */
export type Revealed = { text: string; hidden: readonly Stretch[] }

const STRETCHES_MAX_COUNT = 64
const SURROGATE = /[\ud800-\udfff]/
const BUFFER = new CodeBuffer()
/** Marks without width: they cut words apart for who compares them, not for who reads. */
const WIDTHLESS = /[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]|[\ufe00-\ufe0f]/
const WIDTHLESS_RUN = new RegExp(`(?:${WIDTHLESS.source})+`, 'g')
/** Where they stand this often within so many characters, somebody hides something. */
const WIDTHLESS_NEAR_CHARS = 12
const WIDTHLESS_MIN_COUNT = 3
const TAG_RUN = /(?:\u{e0001})?[\u{e0020}-\u{e007e}]{4,4096}/gu
/** The first half of every tag character. */
const TAG_LEAD = '\u{db40}'
const FLAG_BEFORE = '\u{1f3f4}'
const ENCODED_RUN = /[A-Za-z0-9+/_-]{24,8192}={0,2}/g
const COMMENT = /<!--([\s\S]{1,8192}?)-->/g
const HIDING_STYLE =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0|\shidden\b/
const HIDDEN_ELEMENT = new RegExp(
  String.raw`<[a-z]{1,12}\b[^<>]{0,400}(?:${HIDING_STYLE.source})[^<>]{0,400}>([^<]{1,4096})`,
  'gi',
)
const READABLE = /\p{L}{2,}[ ,.:\n]+\p{L}{2,}/u

/**
 * Undoes what keeps a text from people's eyes or from who compares it: marks without width inside
 * words, letters in other widths, tag characters, base64 and hexadecimal that holds text, letters
 * set apart. What was decoded stands at the end, a block each. HTML comments and hidden elements
 * are named. An ordinary text comes back as it is.
 */
export function reveal(text: string): Revealed {
  const hidden: Stretch[] = []
  let plain = text
  const blocks: string[] = []
  const isAscii = Buffer.byteLength(text) === text.length
  if (!isAscii) {
    if (text.includes(TAG_LEAD)) {
      for (const [run] of text.matchAll(TAG_RUN)) blocks.push(tagText(run))
      plain = withoutTags(text)
    }
    plain = plainLetters(plain)
    if (WIDTHLESS.test(plain)) plain = withoutWidthless(plain, hidden)
  }
  const codes = BUFFER.of(plain)
  addDecoded(plain, codes, blocks)
  const hasPairs = !isAscii && SURROGATE.test(plain)
  if (hasPairs || mayStandApart(codes, plain.length)) plain = joinLetters(plain, hidden)
  if (plain.includes('<')) addMarkup(plain, hidden)
  for (const block of blocks.slice(0, STRETCHES_MAX_COUNT)) {
    const from = plain.length + 2
    plain = `${plain}\n\n${block}`
    hidden.push({ from, to: plain.length })
  }
  return { text: plain, hidden: hidden.slice(0, STRETCHES_MAX_COUNT) }
}

function addDecoded(text: string, codes: Codes, blocks: string[]): void {
  for (let start = nextRun(codes, text.length, 0); start >= 0;) {
    const end = runEnd(codes, start)
    for (const [run] of text.slice(start, end).matchAll(ENCODED_RUN)) {
      const decoded = decodedText(run)
      if (decoded !== undefined) blocks.push(decoded)
    }
    start = nextRun(codes, text.length, end)
  }
}

function tagText(run: string): string {
  return Array.from(run, (char) => String.fromCharCode((char.codePointAt(0) ?? 0) & 0x7f))
    .join('')
    .replaceAll(/[^\x20-\x7e]/g, '')
}

/** Flags of regions are written with tag characters too, and stay. */
function withoutTags(text: string): string {
  return text.replaceAll(TAG_RUN, (run, at: number) =>
    text.slice(Math.max(0, at - FLAG_BEFORE.length), at) === FLAG_BEFORE ? run : ' ',
  )
}

function withoutWidthless(text: string, hidden: Stretch[]): string {
  const pieces: string[] = []
  let length = 0
  let from = 0
  let places: number[] = []
  const close = (): void => {
    const [first = 0] = places
    const isHidden = places.length >= WIDTHLESS_MIN_COUNT
    if (isHidden) hidden.push({ from: Math.max(0, first - 1), to: (places.at(-1) ?? first) + 1 })
    places = []
  }
  for (const { 0: run, index } of text.matchAll(WIDTHLESS_RUN)) {
    pieces.push(text.slice(from, index))
    length += index - from
    from = index + run.length
    if (length - (places.at(-1) ?? length) > WIDTHLESS_NEAR_CHARS) close()
    places.push(length)
  }
  close()
  pieces.push(text.slice(from))
  return pieces.join('')
}

function decodedText(run: string): string | undefined {
  const found = encodedRun(run)
  if (found === undefined || !found.isText) return undefined
  const isHex = /^[0-9a-fA-F]+$/.test(run)
  const text = Buffer.from(run, isHex ? 'hex' : 'base64').toString('utf8')
  return READABLE.test(text) ? text : undefined
}

function addMarkup(text: string, hidden: Stretch[]): void {
  for (const pattern of [COMMENT, HIDDEN_ELEMENT]) {
    for (const { 0: whole, 1: inner = '', index } of text.matchAll(pattern)) {
      const from = index + whole.indexOf(inner)
      hidden.push({ from, to: from + inner.length })
    }
  }
}
