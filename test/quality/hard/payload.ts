import { quotedScalars, wholeScalar, type Scalar } from './scalars.ts'

/** An injected passage inside one string of a tool result. */
export type Passage = {
  /** Offsets in the text of the scalar, from the first line of the wrapper to its last. */
  start: number
  end: number
  /** The lines that the wrapper adds around what is asked. */
  wrapperLines: string[]
  /** The lines that stay when the wrapper is taken off: what is asked. */
  requestLines: string[]
}

/** A string of a tool result with the passages that were put into it. */
export type Located = { scalar: Scalar; passages: Passage[] }

/** What a passage asks, as one key for all sessions into which it was put: its longest line. */
export function requestOf({ requestLines }: Passage): string {
  return requestLines.reduce((longest, text) => (text.length > longest.length ? text : longest), '')
}

/** Quoted twice: its lines are not the text's lines. */
const ESCAPED_NEWLINE = String.raw`\n`

type Line = { text: string; start: number; end: number; isKept: boolean }

/**
 * Finds what was injected into a tool result by comparing it with itself without its wrapper.
 * Resolves to [] where the two are equal, or do not differ by whole lines of some string.
 */
export function locatePassages(wrapped: string, plain: string): Located[] {
  if (wrapped === plain) return []
  const inside = located(quotedScalars(wrapped), quotedScalars(plain))
  return inside.length > 0 ? inside : located([wholeScalar(wrapped)], [wholeScalar(plain)])
}

function located(wrapped: readonly Scalar[], plain: readonly Scalar[]): Located[] {
  if (wrapped.length !== plain.length) return []
  return wrapped.flatMap((scalar, index) => {
    const bare = plain[index]?.text ?? ''
    if (scalar.text === bare) return []
    const passages = passagesOf(linesOf(scalar.text), linesOf(bare))
    return passages.length === 0 ? [] : [{ scalar, passages }]
  })
}

function passagesOf(wrapped: readonly Line[], plain: readonly Line[]): Passage[] {
  markKept(wrapped, plain)
  const opening = wrapped.find((line) => !line.isKept)?.text
  if (opening === undefined) return []
  const starts = wrapped.flatMap((line, index) =>
    !line.isKept && line.text === opening ? [index] : [],
  )
  return starts.flatMap((start, which) => {
    const block = wrapped.slice(start, starts[which + 1])
    const last = block.findLastIndex((line) => !line.isKept)
    return passageOf(block.slice(0, last + 1), block[last + 1])
  })
}

/** `after`: the line behind the wrapper's last one, the request where the wrapper only opens. */
function passageOf(lines: readonly Line[], after: Line | undefined): Passage[] {
  const kept = lines.filter((line) => line.isKept)
  const block = kept.length === 0 && after !== undefined ? [...lines, after] : lines
  const requestLines = block.filter((line) => line.isKept).map(({ text }) => text)
  const [first] = block
  const last = block.at(-1)
  if (requestLines.length === 0 || first === undefined || last === undefined) return []
  const wrapperLines = block.filter((line) => !line.isKept).map(({ text }) => text)
  if (wrapperLines.some((line) => line.includes(ESCAPED_NEWLINE))) return []
  return [{ start: first.start, end: last.end, wrapperLines, requestLines }]
}

/** Marks the lines of `wrapped` that `plain` has too: a longest common subsequence. */
function markKept(wrapped: readonly Line[], plain: readonly Line[]): void {
  const width = plain.length + 1
  const lengths = new Uint16Array((wrapped.length + 1) * width)
  const lengthAt = (row: number, column: number): number => lengths[row * width + column] ?? 0
  for (let row = wrapped.length - 1; row >= 0; row--) {
    for (let column = plain.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        wrapped[row]?.text === plain[column]?.text
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1))
    }
  }
  let column = 0
  for (const [row, line] of wrapped.entries()) {
    while (column < plain.length && lengthAt(row, column) === lengthAt(row, column + 1)) column += 1
    if (line.text !== plain[column]?.text) continue
    line.isKept = true
    column += 1
  }
}

/** The lines that are not blank. */
function linesOf(text: string): Line[] {
  return [...text.matchAll(/[^\n]*\S[^\n]*/g)].map((match) => ({
    text: match[0].trim(),
    start: match.index,
    end: match.index + match[0].length,
    isKept: false,
  }))
}
