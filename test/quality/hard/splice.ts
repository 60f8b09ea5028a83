import type { Located } from './payload.ts'
import { quotedScalars, withTexts, type Scalar } from './scalars.ts'

/** What stands between the text of a result and what is put into it. */
export type Joiner = '\n' | '\n\n' | ' '

/** The content of a tool result, its injected passages replaced by another text. */
export function withPassagesReplaced(
  content: string,
  located: readonly Located[],
  text: string,
  joiner: Joiner,
): string {
  const changed = new Map<Scalar, string>()
  for (const { scalar, passages } of located) {
    const replaced = passages
      .toReversed()
      .reduce(
        (rest, { start, end }) =>
          joined([rest.slice(0, start).trimEnd(), text, rest.slice(end).trimStart()], joiner),
        scalar.text,
      )
    changed.set(scalar, replaced)
  }
  return withTexts(content, changed)
}

/** The content with a text added: at the end of its last quoted string, or of the whole. */
export function withTextAdded(content: string, text: string, joiner: Joiner): string {
  const last = quotedScalars(content).at(-1)
  if (last === undefined) return joined([content.trimEnd(), text], joiner)
  return withTexts(content, new Map([[last, joined([last.text.trimEnd(), text], joiner)]]))
}

function joined(parts: readonly string[], joiner: Joiner): string {
  return parts.filter((part) => part !== '').join(joiner)
}

/** What a session may say again of the injected text elsewhere, and what takes its place. */
export type Echo = {
  wrapper: readonly RegExp[]
  request: readonly RegExp[]
  text: string
}

/** Shorter lines of a wrapper may be anybody's words, but for those of mark-up. */
const ECHO_CHARACTERS_MIN = 24

/** The echo of an injected text's lines, which `text` replaces. */
export function echoOf(
  wrapperLines: readonly string[],
  requestLines: readonly string[],
  text: string,
): Echo {
  const patterns = (lines: readonly string[]): RegExp[] =>
    [...new Set(lines)].filter(isTelling).map(saidAgain)
  return { wrapper: patterns(wrapperLines), request: patterns(requestLines), text }
}

function isTelling(line: string): boolean {
  return line.length >= ECHO_CHARACTERS_MIN || line.startsWith('<')
}

/** A value, its strings cleared of the wrapper and the request that `echo` knows. */
export function withoutEchoes(value: unknown, echo: Echo): unknown {
  if (typeof value === 'string') return withoutEchoesInText(value, echo)
  if (Array.isArray(value)) return value.map((member) => withoutEchoes(member, echo))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutEchoes(member, echo)]),
  )
}

function withoutEchoesInText(text: string, { wrapper, request, text: replacement }: Echo): string {
  const cleared = wrapper.reduce((rest, line) => rest.replace(line, ''), text)
  const replaced = request.reduce(
    (rest, line, index) => rest.replace(line, () => (index === 0 ? replacement : '')),
    cleared,
  )
  return replaced === text ? text : replaced.replace(/\n{3,}/g, '\n\n')
}

/** The line wherever its words follow each other, however it was folded, indented or escaped. */
function saidAgain(line: string): RegExp {
  const words = line
    .split(/\s+/)
    .map((word) =>
      word
        .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
        .replace(/['"]/g, String.raw`\\*['"]{1,2}`),
    )
  return new RegExp(words.join(String.raw`(?:\s|\\+n|\\+)+`), 'g')
}
