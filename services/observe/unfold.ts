/**
 * The text inside a quoted form: escapes of JSON, YAML and Python strings become what they stand
 * for, folded lines are joined. Text without a backslash comes back as it is.
 */
export function unfold(text: string): string {
  if (!text.includes('\\')) return text
  const pieces: string[] = []
  let from = 0
  let index = text.indexOf('\\')
  while (index >= 0) {
    pieces.push(text.slice(from, index))
    const [piece, end] = escapeAt(text, index)
    pieces.push(piece)
    from = end
    index = text.indexOf('\\', end)
  }
  pieces.push(text.slice(from))
  return pieces.join('')
}

/** What the escape at `index` stands for, and where the text goes on. */
function escapeAt(text: string, index: number): [piece: string, end: number] {
  switch (text[index + 1]) {
    case 'n':
    case 'r':
      return ['\n', index + 2]
    case 't':
      return [' ', index + 2]
    case '\n':
      return ['', foldEnd(text, index + 2)]
    case '"':
    case "'":
    case '/':
    case ' ':
      return [text[index + 1] ?? '', index + 2]
    case '\\':
      return ['\\', index + 2]
    case 'u':
      return codeAt(text, index)
    default:
      return ['\\', index + 1]
  }
}

/** A folded line goes on after the blanks that indent it. */
function foldEnd(text: string, from: number): number {
  let end = from
  while (text[end] === ' ' && end < from + 64) end += 1
  return end
}

function codeAt(text: string, index: number): [piece: string, end: number] {
  const hex = text.slice(index + 2, index + 6)
  if (!/^[0-9a-fA-F]{4}$/.test(hex)) return ['\\', index + 1]
  return [String.fromCharCode(Number.parseInt(hex, 16)), index + 6]
}
