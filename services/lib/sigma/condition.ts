import { RuleRefusal } from './refusal.ts'

/** What a condition asks for, over named selections. */
export type Condition =
  | { kind: 'selection'; name: string }
  | { kind: 'not'; of: Condition }
  | { kind: 'and' | 'or'; of: readonly Condition[] }

const TOKEN_MAX_COUNT = 1000
const DEPTH_MAX_COUNT = 32
const TOKEN = /[()|]|[^\s()|]+/g
const NAME = /^[A-Za-z0-9_-]+$/
const PATTERN = /^[A-Za-z0-9_*-]+$/

type Reader = { tokens: readonly string[]; next: number; names: readonly string[] }

/**
 * Reads a Sigma condition: `or` binds weaker than `and`, `not`, `1 of`/`any of`/`all of`, brackets.
 * A list of conditions is their `or`.
 *
 * @throws RuleRefusal for anything else, and for a name no selection has.
 */
export function parseCondition(
  condition: string | readonly string[],
  selectionNames: readonly string[],
): Condition {
  const texts = typeof condition === 'string' ? [condition] : condition
  return joined(
    'or',
    texts.map((text) => parseOne(text, selectionNames)),
  )
}

function parseOne(text: string, names: readonly string[]): Condition {
  const tokens: readonly string[] = text.match(TOKEN) ?? []
  if (tokens.length === 0) throw new RuleRefusal('the condition is empty')
  if (tokens.length > TOKEN_MAX_COUNT) throw new RuleRefusal('the condition is too long')
  if (tokens.includes('|')) {
    throw new RuleRefusal('a condition cannot aggregate: use a correlation document')
  }
  const reader: Reader = { tokens, next: 0, names }
  const parsed = readOr(reader, 0)
  const rest = tokens[reader.next]
  if (rest !== undefined) throw new RuleRefusal(`the condition has an unexpected "${rest}"`)
  return parsed
}

function readOr(reader: Reader, depth: number): Condition {
  if (depth > DEPTH_MAX_COUNT) throw new RuleRefusal('the condition is nested too deeply')
  const parts = [readAnd(reader, depth)]
  while (takeWord(reader, 'or')) parts.push(readAnd(reader, depth))
  return joined('or', parts)
}

function readAnd(reader: Reader, depth: number): Condition {
  const parts = [readNot(reader, depth)]
  while (takeWord(reader, 'and')) parts.push(readNot(reader, depth))
  return joined('and', parts)
}

function readNot(reader: Reader, depth: number): Condition {
  let isNegated = false
  while (takeWord(reader, 'not')) isNegated = !isNegated
  const operand = readOperand(reader, depth)
  return isNegated ? { kind: 'not', of: operand } : operand
}

function readOperand(reader: Reader, depth: number): Condition {
  const token = reader.tokens[reader.next]
  if (token === undefined) throw new RuleRefusal('the condition ends too early')
  reader.next += 1
  if (token === '(') {
    const inner = readOr(reader, depth + 1)
    if (!takeWord(reader, ')')) throw new RuleRefusal('the condition lacks a closing bracket')
    return inner
  }
  if (takeWord(reader, 'of')) return readQuantified(reader, token)
  if (!NAME.test(token)) throw new RuleRefusal(`the condition has an unexpected "${token}"`)
  if (!reader.names.includes(token)) throw new RuleRefusal(`no selection is named "${token}"`)
  return { kind: 'selection', name: token }
}

function readQuantified(reader: Reader, quantifier: string): Condition {
  const kind = KIND_BY_QUANTIFIER.get(quantifier.toLowerCase())
  if (kind === undefined) throw new RuleRefusal(`"${quantifier} of" is none of 1, any and all`)
  const pattern = reader.tokens[reader.next] ?? ''
  reader.next += 1
  if (!PATTERN.test(pattern)) throw new RuleRefusal(`"${quantifier} of" needs a pattern of names`)
  const names = reader.names.filter((name) => !name.startsWith('_') && isNamedBy(name, pattern))
  if (names.length === 0) throw new RuleRefusal(`no selection is named like "${pattern}"`)
  return joined(
    kind,
    names.map((name) => ({ kind: 'selection', name })),
  )
}

const KIND_BY_QUANTIFIER: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['1', 'or'],
  ['any', 'or'],
  ['all', 'and'],
])

function isNamedBy(name: string, pattern: string): boolean {
  if (pattern === 'them') return true
  return new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`).test(name)
}

function takeWord(reader: Reader, word: string): boolean {
  if (reader.tokens[reader.next]?.toLowerCase() !== word) return false
  reader.next += 1
  return true
}

function joined(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind, of: parts }
}
