import { COMMENT, SYMBOL, type SqlTokens } from './sql-tokens.ts'

/** What a client wrote about a query in a comment of it (sqlcommenter's form). */
export type SqlTags = {
  traceId: string | null
  spanId: string | null
  callId: string | null
  /** Everything it said, at most 16 pairs, as JSON text. */
  pairsJson: string
}

/**
 * Reads the comments before the first and behind the last word of a query; what stands between may
 * be part of a value that broke out. Where two of them name different traces or calls, somebody
 * added one, and neither is believed; nor are more than 8 comments. Undefined where no comment has
 * the form.
 */
export function sqlTags(tokens: SqlTokens): SqlTags | undefined {
  const comments = outerComments(tokens)
  const pairs: Record<string, string> = {}
  const contested = new Set<string>()
  let count = 0
  for (const comment of comments) {
    for (const [key, value] of pairsOf(comment)) {
      if (count >= PAIRS_MAX_COUNT) break
      if (Object.hasOwn(pairs, key) && pairs[key] !== value) contested.add(key)
      if (key === '__proto__') continue
      pairs[key] = value
      count += 1
    }
  }
  if (count === 0) return undefined
  const trace = contested.has('traceparent') ? null : TRACEPARENT.exec(pairs['traceparent'] ?? '')
  const isTrace = trace !== null && !ZEROS.test(trace[1] ?? '') && !ZEROS.test(trace[2] ?? '')
  const callKey = CALL_KEYS.find((key) => Object.hasOwn(pairs, key) && !contested.has(key))
  return {
    traceId: isTrace ? (trace[1] ?? null) : null,
    spanId: isTrace ? (trace[2] ?? null) : null,
    callId: callKey === undefined ? null : (pairs[callKey] ?? null),
    pairsJson: JSON.stringify(pairs),
  }
}

const PAIRS_MAX_COUNT = 16
const COMMENTS_MAX_COUNT = 8
const COMMENT_MAX_LENGTH = 4_096
const PAIR = /\s*([\w.%-]{1,64})\s*=\s*'((?:[^'\\]|\\.){0,512})'\s*(,|$)/y
const TRACEPARENT = /^[\da-e][\da-f]-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/
const ZEROS = /^0+$/
const CALL_KEYS = ['mcp_call_id', 'tool_call_id', 'gen_ai_tool_call_id', 'call_id']

function outerComments(tokens: SqlTokens): string[] {
  const { kinds } = tokens
  const comments: string[] = []
  let first = 0
  while (kinds[first] === COMMENT) comments.push(commentAt(tokens, first++))
  let last = kinds.length - 1
  for (; last >= first && isTrailing(tokens, last); last -= 1)
    if (kinds[last] === COMMENT) comments.push(commentAt(tokens, last))
  return comments.length <= COMMENTS_MAX_COUNT ? comments : []
}

function isTrailing({ text, kinds, starts }: SqlTokens, index: number): boolean {
  const isEnd = kinds[index] === SYMBOL && text.charAt(starts[index] ?? 0) === ';'
  return kinds[index] === COMMENT || isEnd
}

/** The inside of a comment between slashes and stars; '' of any other. */
function commentAt({ text, starts, ends }: SqlTokens, index: number): string {
  const [start = 0, end = 0] = [starts[index], ends[index]]
  const isBlock = text.startsWith('/*', start) && text.startsWith('*/', end - 2)
  return isBlock && end - start <= COMMENT_MAX_LENGTH ? text.slice(start + 2, end - 2) : ''
}

/** All pairs of a comment; none where a part of it has another form. */
function pairsOf(comment: string): [key: string, value: string][] {
  const pairs: [string, string][] = []
  let at = 0
  while (at < comment.length) {
    PAIR.lastIndex = at
    const match = PAIR.exec(comment)
    if (match === null) return comment.slice(at).trim() === '' ? pairs : []
    const [key, value] = [decoded(match[1] ?? ''), decoded(unescaped(match[2] ?? ''))]
    if (key !== undefined && value !== undefined) pairs.push([key, value])
    at = PAIR.lastIndex
  }
  return pairs
}

function unescaped(value: string): string {
  return value.includes('\\') ? value.replaceAll(/\\(.)/gs, '$1') : value
}

function decoded(value: string): string | undefined {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value).toWellFormed()
  } catch {
    return undefined
  }
}
