import { RE2JS } from 're2js'
import { RuleRefusal } from './refusal.ts'

/** A regular expression of a pipeline; it takes time linear in the text, whatever the text. */
export type Regex = {
  /** Whether it matches from the first character on; the rest of the text may be anything. */
  matchesStart(text: string): boolean
  /** What replacing every match changes, in the order of the text. */
  editsOf(text: string, replacement: Replacement): readonly Edit[]
}
/** The characters from `start` to before `end`, and what they become. */
export type Edit = { start: number; end: number; text: string }
/** What stands in for a match: literal text and groups by number or name, group 0 the match. */
export type Replacement = readonly ({ text: string } | { group: number | string })[]

const PATTERN_MAX_LENGTH = 10_000
const REPLACED_MAX_LENGTH = 1024 * 1024

/**
 * Compiles a regular expression as pipelines write them (Python's `re`), within RE2's syntax.
 *
 * @throws RuleRefusal for what RE2 lacks: back-references, look-around, possessive quantifiers.
 */
export function compileRegex(pattern: string): Regex {
  if (pattern.length > PATTERN_MAX_LENGTH) throw new RuleRefusal('the pattern is too long')
  const compiled = compileRe2(pattern)
  return {
    matchesStart: (text) => compiled.matcher(text).lookingAt(),
    editsOf: (text, replacement) => editsOf(compiled, text, replacement),
  }
}

/**
 * Reads a replacement in Python's form: `\1`, `\g<1>`, `\g<name>`, `\\`, `\n`, `\t`, `\r`.
 *
 * @throws RuleRefusal for any other escaped letter, and for a group the pattern does not have.
 */
export function readReplacement(source: string, pattern: string): Replacement {
  const compiled = compileRe2(pattern)
  const names = new Set(Object.keys(compiled.namedGroups()))
  const parts: ({ text: string } | { group: number | string })[] = []
  for (const [whole, number, named, escaped] of source.matchAll(TEMPLATE)) {
    const group = number ?? named
    if (group !== undefined) {
      const isKnown = /^\d+$/.test(group)
        ? Number(group) <= compiled.groupCount()
        : names.has(group)
      if (!isKnown) throw new RuleRefusal(`the pattern has no group "${group}"`)
      parts.push({ group: /^\d+$/.test(group) ? Number(group) : group })
    } else if (escaped !== undefined && /[A-Za-z0-9]/.test(escaped)) {
      const text = TEXT_BY_ESCAPE.get(escaped)
      if (text === undefined) throw new RuleRefusal(`the replacement has an unknown "\\${escaped}"`)
      parts.push({ text })
    } else parts.push({ text: escaped === '\\' ? '\\' : whole })
  }
  return parts
}

const TEMPLATE = /\\([1-9]\d?)|\\g<(\w+)>|\\([^])|[^\\]+|\\$/g
/** Python's end of the text, which RE2 writes in small. */
const PYTHON_END = /(?<!\\)((?:\\\\)*)\\Z/g
const TEXT_BY_ESCAPE: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function compileRe2(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern.replace(PYTHON_END, String.raw`$1\z`))
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it does not compile'
    throw new RuleRefusal(`the regular expression is not RE2: ${why}`)
  }
}

function editsOf(compiled: RE2JS, text: string, replacement: Replacement): Edit[] {
  const matcher = compiled.matcher(text)
  const edits: Edit[] = []
  let length = 0
  while (matcher.find()) {
    const written = replacement.map((part) =>
      'text' in part ? part.text : (matcher.group(part.group) ?? ''),
    )
    const edit = { start: matcher.start(), end: matcher.end(), text: written.join('') }
    length += edit.text.length
    if (length > REPLACED_MAX_LENGTH) throw new RuleRefusal('the value grows too long')
    edits.push(edit)
  }
  return edits
}
