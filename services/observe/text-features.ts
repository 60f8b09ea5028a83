import { encodedRun } from './encoded-run.ts'

const HISTOGRAM_SIZE = 256
const RUN_MIN_LENGTH = 24
const RUNS_MAX_COUNT = 64
const IMAGE_MAX_LENGTH = 512

type Counts = {
  urls: number
  emails: number
  invisible: number
  tags: number
  turns: number
  escapes: number
  nonAscii: number
  images: number
  runs: number
  encodedBytes: number
  encodedTextBytes: number
}

/**
 * Measures of a text, by name (`text.…`), in one linear pass: length in UTF-16 units, entropy in
 * bits a character, shares 0..1, bytes, counts. Characters that cannot be seen count one each.
 */
export function textFeatures(text: string): Record<string, number> {
  const histogram = new Uint32Array(HISTOGRAM_SIZE)
  const counts: Counts = {
    urls: 0,
    emails: 0,
    invisible: 0,
    tags: 0,
    turns: 0,
    escapes: 0,
    nonAscii: 0,
    images: 0,
    runs: 0,
    encodedBytes: 0,
    encodedTextBytes: 0,
  }
  let runStart = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    const slot = code < 128 ? code : 128 + (code & 127)
    histogram[slot] = (histogram[slot] ?? 0) + 1
    if (isRunPart(code)) continue
    if (index - runStart >= RUN_MIN_LENGTH) countRun(text.slice(runStart, index), counts)
    runStart = index + 1
    countSymbol(text, index, code, counts)
  }
  if (text.length - runStart >= RUN_MIN_LENGTH) countRun(text.slice(runStart), counts)
  return {
    'text.length': text.length,
    'text.entropy': entropyOf(histogram, text.length),
    'text.urls': counts.urls,
    'text.emails': counts.emails,
    'text.invisible_characters': counts.invisible,
    'text.tag_characters': counts.tags,
    'text.direction_overrides': counts.turns,
    'text.escape_characters': counts.escapes,
    'text.non_ascii_share': text.length > 0 ? counts.nonAscii / text.length : 0,
    'text.markdown_images': counts.images,
    'text.encoded_runs': counts.runs,
    'text.encoded_bytes': counts.encodedBytes,
    'text.encoded_text_bytes': counts.encodedTextBytes,
  }
}

function countSymbol(text: string, index: number, code: number, counts: Counts): void {
  if (code > 127) {
    counts.nonAscii += 1
    if (isInvisible(text, index, code)) countHidden(code, counts)
  } else if (code === 58) {
    if (text.startsWith('//', index + 1)) counts.urls += 1
  } else if (code === 64) {
    if (isRunPart(text.charCodeAt(index - 1)) && isRunPart(text.charCodeAt(index + 1))) {
      counts.emails += 1
    }
  } else if (code === 33) {
    if (text.charCodeAt(index + 1) === 91 && opensImage(text, index + 2)) counts.images += 1
  } else if (code === 27) counts.escapes += 1
}

/** A tag character is the second half of a pair; an override turns the order of what follows. */
function countHidden(code: number, counts: Counts): void {
  counts.invisible += 1
  if (code >= 0xdc00 && code <= 0xdc7f) counts.tags += 1
  else if (code === 0x202d || code === 0x202e) counts.turns += 1
}

/** Letters, digits and what else base64 and hexadecimal are written with. */
function isRunPart(code: number): boolean {
  if (code >= 97 && code <= 122) return true
  if (code >= 47 && code <= 57) return true
  return (code >= 65 && code <= 90) || code === 43 || code === 45 || code === 61 || code === 95
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

function entropyOf(histogram: Uint32Array, length: number): number {
  if (length === 0) return 0
  let bits = 0
  for (const count of histogram) {
    if (count > 0) bits -= (count / length) * Math.log2(count / length)
  }
  return Math.round(bits * 1e6) / 1e6
}
