import { KIND, kindOf } from './characters.ts'
import { CodeBuffer, type Codes } from './code-buffer.ts'
import { encodedRun, nextRun, runEnd } from './encoded-run.ts'

const HISTOGRAM_SIZE = 256
const TIMES_LOG_COUNT = 4096
const RUNS_MAX_COUNT = 64
const IMAGE_MAX_LENGTH = 512

type Counts = {
  invisible: number
  tags: number
  turns: number
  runs: number
  encodedBytes: number
  encodedTextBytes: number
}

const BUFFER = new CodeBuffer()
/** How often each character stands in a text; those beyond ASCII share the upper half. */
const HISTOGRAM = new Uint32Array(HISTOGRAM_SIZE)
/** x log2 x */
const TIMES_LOG = Float64Array.from({ length: TIMES_LOG_COUNT }, (_, count) => timesLog(count))

/**
 * Measures of a text, by name (`text.…`), in one linear pass: length in UTF-16 units, entropy in
 * bits a character, shares 0..1, bytes, counts. Characters that cannot be seen count one each.
 */
export function textFeatures(text: string): Record<string, number> {
  const { length } = text
  const codes = BUFFER.of(text)
  const counts: Counts = {
    invisible: 0,
    tags: 0,
    turns: 0,
    runs: 0,
    encodedBytes: 0,
    encodedTextBytes: 0,
  }
  HISTOGRAM.fill(0)
  for (let index = 0; index < length; index += 1) {
    const code = codes[index] ?? 0
    const slot = code < 128 ? code : 128 + (code & 127)
    HISTOGRAM[slot] = (HISTOGRAM[slot] ?? 0) + 1
  }
  const nonAscii = nonAsciiCount()
  if (nonAscii > 0) countHidden(text, codes, counts)
  countRuns(text, codes, counts)
  return {
    'text.length': length,
    'text.entropy': entropyOf(length),
    'text.urls': (HISTOGRAM[58] ?? 0) > 0 ? countOf(text, '://', () => true) : 0,
    'text.emails': (HISTOGRAM[64] ?? 0) > 0 ? countOf(text, '@', (at) => isBetween(codes, at)) : 0,
    'text.invisible_characters': counts.invisible,
    'text.tag_characters': counts.tags,
    'text.direction_overrides': counts.turns,
    'text.escape_characters': HISTOGRAM[27] ?? 0,
    'text.non_ascii_share': length > 0 ? nonAscii / length : 0,
    'text.markdown_images':
      (HISTOGRAM[33] ?? 0) > 0 ? countOf(text, '![', (at) => opensImage(text, at + 2)) : 0,
    'text.encoded_runs': counts.runs,
    'text.encoded_bytes': counts.encodedBytes,
    'text.encoded_text_bytes': counts.encodedTextBytes,
  }
}

function nonAsciiCount(): number {
  let count = 0
  for (let slot = 128; slot < HISTOGRAM_SIZE; slot += 1) count += HISTOGRAM[slot] ?? 0
  return count
}

/** How often a mark stands where `counts` says that it counts. */
function countOf(text: string, mark: string, counts: (at: number) => boolean): number {
  let count = 0
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    if (counts(at)) count += 1
  }
  return count
}

function isBetween(codes: Codes, at: number): boolean {
  return (kindOf(codes[at - 1] ?? 0) & kindOf(codes[at + 1] ?? 0) & KIND.run) !== 0
}

function countHidden(text: string, codes: Codes, counts: Counts): void {
  for (let index = 0; index < text.length; index += 1) {
    const code = codes[index] ?? 0
    if (code > 127 && isInvisible(text, index, code)) addHidden(code, counts)
  }
}

/** A tag character is the second half of a pair; an override turns the order of what follows. */
function addHidden(code: number, counts: Counts): void {
  counts.invisible += 1
  if (code >= 0xdc00 && code <= 0xdc7f) counts.tags += 1
  else if (code === 0x202d || code === 0x202e) counts.turns += 1
}

function countRuns(text: string, codes: Codes, counts: Counts): void {
  for (let start = nextRun(codes, text.length, 0); start >= 0;) {
    const end = runEnd(codes, start)
    countRun(text.slice(start, end), counts)
    start = nextRun(codes, text.length, end)
  }
}

function countRun(run: string, counts: Counts): void {
  if (counts.runs >= RUNS_MAX_COUNT) return
  const decoded = encodedRun(run)
  if (decoded === undefined) return
  counts.runs += 1
  counts.encodedBytes += decoded.byteCount
  if (decoded.isText) counts.encodedTextBytes += decoded.byteCount
}

/** After `![`: the rest of a picture whose address is given at once. */
function opensImage(text: string, from: number): boolean {
  const limit = Math.min(text.length, from + IMAGE_MAX_LENGTH)
  for (let index = from; index < limit; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 10) return false
    if (code === 93) return text.charCodeAt(index + 1) === 40
  }
  return false
}

/** Zero-width and direction marks, tag characters, variation selectors beyond the usual sixteen. */
function isInvisible(text: string, index: number, code: number): boolean {
  if (code === 0x200d) return !isEmojiPart(text.charCodeAt(index - 1))
  if (code >= 0x200b && code <= 0x200f) return true
  if (code >= 0x202a && code <= 0x202e) return true
  if (code >= 0x2060 && code <= 0x2069) return true
  if (code === 0xfeff || code === 0x00ad || code === 0x180e) return true
  if (code < 0xdc00 || code > 0xdfff || text.charCodeAt(index - 1) !== 0xdb40) return false
  return code >= 0xdd00 ? code <= 0xddef : code <= 0xdc7f && !isInFlag(text, index)
}

function isEmojiPart(code: number): boolean {
  return (code >= 0xdc00 && code <= 0xdfff) || code === 0xfe0f || (code >= 0x2600 && code < 0x2800)
}

/** The flags of England, Scotland and Wales are a black flag and up to seven tag characters. */
function isInFlag(text: string, index: number): boolean {
  for (let back = index - 2; back >= index - 15; back -= 1) {
    const code = text.charCodeAt(back)
    if (code === 0xdff4 && text.charCodeAt(back - 1) === 0xd83c) return true
    if (code !== 0xdb40 && (code < 0xdc00 || code > 0xdc7f)) return false
  }
  return false
}

/** Of the characters in the histogram: log2 n less the mean of count log2 count. */
function entropyOf(length: number): number {
  if (length === 0) return 0
  let sum = 0
  for (const count of HISTOGRAM) {
    if (count > 1) sum += TIMES_LOG[count] ?? timesLog(count)
  }
  return Math.round((Math.log2(length) - sum / length) * 1e6) / 1e6
}

function timesLog(count: number): number {
  return count > 0 ? count * Math.log2(count) : 0
}
