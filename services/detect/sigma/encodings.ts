import { RuleRefusal } from '#sigma/refusal.ts'
import type { Pieces } from './text.ts'
import { plainText } from './text.ts'

const VARIANTS_MAX_COUNT = 3125
/** The dashes Windows programs take for an option: hyphen, slash, en, em and bar. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const
const DASH = /[-/]/g
const WORD = /[\p{L}\p{N}_]/u
/** Characters to leave out at the start, by the offset of the text in its three-byte group. */
const OFFSET_STARTS = [0, 2, 3] as const
/** And at the end, by the length of what was encoded. */
const OFFSET_ENDS = [0, 3, 2] as const

export type Wide = 'utf16le' | 'utf16be' | 'utf16'

/** Every spelling of a text in which the dashes of options differ. */
export function windashVariants(pieces: Pieces): Pieces[] {
  const places: { piece: number; at: number }[] = []
  for (const [piece, value] of pieces.entries()) {
    if (typeof value !== 'object') continue
    for (const { index } of value.text.matchAll(DASH)) {
      if (isOptionDash(value.text, index)) places.push({ piece, at: index })
    }
  }
  if (DASHES.length ** places.length > VARIANTS_MAX_COUNT) {
    throw new RuleRefusal('"windash" gives too many variants')
  }
  let variants: Pieces[] = [pieces]
  for (const { piece, at } of places) {
    variants = variants.flatMap((variant) =>
      DASHES.map((dash) => replaced(variant, piece, at, dash)),
    )
  }
  return variants
}

/** `\B[-/]\b`, with the word characters of every script. */
function isOptionDash(text: string, at: number): boolean {
  return !WORD.test(text.charAt(at - 1)) && WORD.test(text.charAt(at + 1))
}

function replaced(pieces: Pieces, place: number, at: number, dash: string): Pieces {
  return pieces.map((piece, index) =>
    index === place && typeof piece === 'object'
      ? { text: piece.text.slice(0, at) + dash + piece.text.slice(at + 1) }
      : piece,
  )
}

/** The bytes of a text in UTF-16, each one character; `utf16` starts with its byte order mark. */
export function widened(pieces: Pieces, wide: Wide): Pieces {
  return pieces.map((piece, index) => {
    if (typeof piece !== 'object') return piece
    const bytes = Buffer.from(piece.text, 'utf16le')
    if (wide === 'utf16be') bytes.swap16()
    const mark = wide === 'utf16' && index === 0 ? '\u00ff\u00fe' : ''
    return { text: mark + bytes.toString('latin1') }
  })
}

/** Base64 of the text. `isBytes` tells that each character is a byte already. */
export function base64(pieces: Pieces, isBytes: boolean): Pieces {
  return [{ text: bytesOf(pieces, isBytes).toString('base64') }]
}

/** Base64 of the text as it looks at each of the three offsets it may stand at. */
export function base64Offsets(pieces: Pieces, isBytes: boolean): Pieces[] {
  const bytes = bytesOf(pieces, isBytes)
  return OFFSET_STARTS.map((start, offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset, ' '), bytes]).toString('base64')
    const cut = OFFSET_ENDS[(bytes.length + offset) % 3] ?? 0
    return [{ text: encoded.slice(start, encoded.length - cut) }]
  })
}

function bytesOf(pieces: Pieces, isBytes: boolean): Buffer {
  const text = plainText(pieces)
  if (text === undefined) throw new RuleRefusal('base64 cannot encode a wildcard')
  return Buffer.from(text, isBytes ? 'latin1' : 'utf8')
}
