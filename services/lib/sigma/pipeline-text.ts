import { readWildcards } from './wildcards.ts'

/** A piece of a Sigma string: literal text, a wildcard, or the name of a placeholder. */
export type Piece = { text: string } | { placeholder: string } | '*' | '?'
/** A Sigma string read into pieces; two literal ones never stand side by side. */
export type Text = { pieces: readonly Piece[] }

const PLACEHOLDER = /%([\w.-]+)%/g

/**
 * Reads a Sigma string: `\` escapes `*`, `?` and itself, and stands for itself elsewhere.
 * `%name%` is a placeholder only where the item is expanded.
 */
export function readText(source: string, isExpanded: boolean): Text {
  const pieces = readWildcards(source)
  return joinedText(isExpanded ? pieces.flatMap(readPlaceholders) : pieces)
}

/** Writes a Sigma string that `readText` reads as the same pieces, with few escapes. */
export function printText(text: Text): string {
  return text.pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece
      if ('placeholder' in piece) return `%${piece.placeholder}%`
      return piece.text.replace(/[*?]|\\(?=[\\*?]|$)/g, String.raw`\$&`)
    })
    .join('')
}

/** What a pipeline's regular expressions see: wildcards as they are, literal ones escaped. */
export function visibleText(text: Text): string {
  return text.pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece
      if ('placeholder' in piece) return `%${piece.placeholder}%`
      return piece.text.replace(/[*?]/g, String.raw`\$&`)
    })
    .join('')
}

/** The pieces as one text, neighbouring literals joined and empty ones left out. */
export function joinedText(pieces: readonly Piece[]): Text {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (!isLiteral(piece)) joined.push(piece)
    else if (piece.text === '') continue
    else if (last !== undefined && isLiteral(last)) {
      joined[joined.length - 1] = { text: last.text + piece.text }
    } else joined.push(piece)
  }
  return { pieces: joined }
}

/** The text with each literal piece exchanged for what `change` makes of it. */
export function mapLiterals(text: Text, change: (literal: string) => readonly Piece[]): Text {
  return joinedText(
    text.pieces.flatMap((piece) => (isLiteral(piece) ? change(piece.text) : [piece])),
  )
}

function isLiteral(piece: Piece): piece is { text: string } {
  return typeof piece === 'object' && 'text' in piece
}

function readPlaceholders(piece: Piece): Piece[] {
  if (!isLiteral(piece)) return [piece]
  const pieces: Piece[] = []
  let from = 0
  for (const found of piece.text.matchAll(PLACEHOLDER)) {
    pieces.push({ text: piece.text.slice(from, found.index) })
    pieces.push({ placeholder: found[1] ?? '' })
    from = found.index + found[0].length
  }
  return [...pieces, { text: piece.text.slice(from) }]
}
