import { parse, stringify } from 'yaml'

/** One string inside a tool result: where it stands, how it is quoted, what it says. */
export type Scalar = {
  start: number
  end: number
  style: 'whole' | 'literal' | 'yaml'
  text: string
}

/** A dictionary printed as a literal, its strings quoted and escaped, maybe between delimiters. */
const LITERAL_START = /^<*[{[]['"]/
const LITERAL_STRING = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/g
/** A quoted YAML scalar that fills the rest of its line, or of its last line. */
const YAML_STRING = new RegExp(
  [
    /^((?:<<)? *(?:- )*(?:[^\s'"#:-][^:\n]*: )?)/.source,
    /('(?:[^']|'')*'|"(?:[^"\\]|\\[\s\S])*")(?=\s*(?:>>)?$)/.source,
  ].join(''),
  'gm',
)
const FOLD_COLUMNS = 80
const DEFAULT_INDENT = '    '

/** The quoted strings of a YAML or literal tool result in their order. */
export function quotedScalars(content: string): Scalar[] {
  if (LITERAL_START.test(content)) {
    return [...content.matchAll(LITERAL_STRING)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      style: 'literal',
      text: readLiteral(match[0]),
    }))
  }
  return [...content.matchAll(YAML_STRING)].flatMap((match): Scalar[] => {
    const start = match.index + (match[1] ?? '').length
    const text = readYaml(match[2] ?? '')
    return text === undefined
      ? []
      : [{ start, end: start + (match[2] ?? '').length, style: 'yaml', text }]
  })
}

/** A tool result that is one text. */
export function wholeScalar(content: string): Scalar {
  return { start: 0, end: content.length, style: 'whole', text: content }
}

/** The content with some of its scalars saying another text, quoted as the one before. */
export function withTexts(content: string, changed: ReadonlyMap<Scalar, string>): string {
  const ordered = [...changed].sort(([one], [other]) => other.start - one.start)
  return ordered.reduce(
    (rest, [scalar, text]) =>
      rest.slice(0, scalar.start) +
      quoted(scalar, content.slice(scalar.start, scalar.end), text) +
      rest.slice(scalar.end),
    content,
  )
}

function quoted(scalar: Scalar, before: string, text: string): string {
  if (scalar.style === 'whole') return text
  if (scalar.style === 'yaml') return quoteYaml(before, text)
  const quote = before.startsWith("'") ? "'" : '"'
  return `${quote}${escaped(text).replaceAll(quote, `\\${quote}`)}${quote}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}

function quoteYaml(before: string, text: string): string {
  const indent = /\n( +)\S/.exec(before)?.[1] ?? DEFAULT_INDENT
  const defaultStringType = before.startsWith("'") ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE'
  const written = stringify(text, { defaultStringType, lineWidth: FOLD_COLUMNS })
  return written.trimEnd().replace(/\n(?=[^\n])/g, `\n${indent}`)
}

function readYaml(quotedText: string): string | undefined {
  try {
    return String(parse(quotedText))
  } catch {
    return undefined
  }
}

const LITERAL_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function readLiteral(quotedText: string): string {
  return quotedText
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([\s\S]))/gi,
      (_, byte: string | undefined, unit: string | undefined, letter: string | undefined) =>
        letter === undefined
          ? String.fromCodePoint(Number.parseInt(byte ?? unit ?? '', 16))
          : (LITERAL_ESCAPES[letter] ?? letter),
    )
}
