import type { Edit } from './pipeline-regex.ts'
import { joinedText, readText, visibleText } from './pipeline-text.ts'
import type { Piece, Text } from './pipeline-text.ts'

/** What a regular expression changes in a text it sees. */
export type EditsOf = (seen: string) => readonly Edit[]

/**
 * Replaces in a Sigma string as it is seen, wildcards and placeholders among the rest. What is
 * not matched keeps its meaning, even a backslash right before a wildcard; what is put in is read
 * anew: `*` and `?` are wildcards, `\*` and `\?` are not, any other `\` is itself.
 * Undefined where nothing matches.
 */
export function replaceInVisible(text: Text, editsOf: EditsOf): Text | undefined {
  const edits = sideBySide(editsOf(visibleText(text)))
  if (edits.length === 0) return undefined
  const units = unitsOf(text)
  const isExpanded = text.pieces.some(
    (piece) => typeof piece === 'object' && 'placeholder' in piece,
  )
  const pieces: Piece[] = []
  let from = 0
  for (const { start, end, text: put } of edits) {
    pieces.push(...piecesBetween(units, from, start), ...readPut(put, isExpanded).pieces)
    from = end
  }
  return joinedText([...pieces, ...piecesBetween(units, from, Number.POSITIVE_INFINITY)])
}

/**
 * Replaces in the literal parts of a Sigma string only. Undefined where nothing matches.
 * What is put in is literal too, unless `isRead`.
 */
export function replaceInLiterals(text: Text, editsOf: EditsOf, isRead: boolean): Text | undefined {
  let isChanged = false
  const pieces = text.pieces.flatMap((piece): readonly Piece[] => {
    if (typeof piece === 'string' || !('text' in piece)) return [piece]
    const edits = editsOf(piece.text)
    if (edits.length === 0) return [piece]
    isChanged = true
    const result = edited(piece.text, edits)
    return isRead ? readText(result, false).pieces : [{ text: result }]
  })
  return isChanged ? joinedText(pieces) : undefined
}

/** What is seen of a text, in indivisible units. */
type Unit = { start: number; seen: string; piece: Piece }

function unitsOf(text: Text): Unit[] {
  const units: Unit[] = []
  let start = 0
  for (const piece of text.pieces) {
    const parts: readonly Piece[] =
      typeof piece === 'object' && 'text' in piece
        ? piece.text.split('').map((character) => ({ text: character }))
        : [piece]
    for (const part of parts) {
      const seen = visibleText({ pieces: [part] })
      units.push({ start, seen, piece: part })
      start += seen.length
    }
  }
  return units
}

/** The units from one place to another; of one that is cut through, what is seen counts. */
function piecesBetween(units: readonly Unit[], from: number, to: number): Piece[] {
  return units.flatMap(({ start, seen, piece }): readonly Piece[] => {
    const end = start + seen.length
    if (end <= from || start >= to) return []
    if (start >= from && end <= to) return [piece]
    return readPut(seen.slice(Math.max(0, from - start), to - start), false).pieces
  })
}

/** What is put in side by side is read as one: `\` and `*` of two matches are a literal `*`. */
function sideBySide(edits: readonly Edit[]): Edit[] {
  const merged: Edit[] = []
  for (const edit of edits) {
    const last = merged.at(-1)
    if (last === undefined || last.end !== edit.start) merged.push(edit)
    else merged[merged.length - 1] = { ...last, end: edit.end, text: last.text + edit.text }
  }
  return merged
}

function readPut(put: string, isExpanded: boolean): Text {
  return readText(put.replace(/\\(?![*?])/g, String.raw`\\`), isExpanded)
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = ''
  let from = 0
  for (const { start, end, text: put } of edits) {
    result += text.slice(from, start) + put
    from = end
  }
  return result + text.slice(from)
}
