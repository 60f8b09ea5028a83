import type { DataEvent } from '#domain/records/index.ts'
import { define, FRAMES_MAX_COUNT, isDefined, newFrame, type Frame } from './sql-frames.ts'
import { NAME, SYMBOL, WORD, type Dialect, type SqlTokens } from './sql-tokens.ts'
import {
  actionOfVerb,
  BEFORE_NAME,
  ENDS_LIST,
  MAKES_BODY,
  NAMED_AFTER,
  NEVER_NAME,
  ON_A_TABLE,
  PRINCIPALS,
  QUERY_VERBS,
  worseOf,
} from './sql-words.ts'

/** One statement of a text. */
export type Statement = {
  /** The word it begins with, in small letters; '' where that is no word. */
  verb: string
  action: DataEvent['action']
  /** The tables it names, each once, as the database would name them. */
  objects: string[]
  /** Those of them that stand behind FROM, JOIN or USING. */
  reads: string[]
}

/** A text being read: tokens without comments, and how far the open statement is understood. */
export type Reader = {
  tokens: SqlTokens
  /** Bare words in small letters, by token. */
  words: readonly string[]
  dialect: Dialect
  open: Statement | undefined
  frames: Frame[]
  /** Brackets beyond the deepest frame. */
  surplusDepth: number
  /** How many BEGIN of a body are open; what stands there is not run now. */
  bodyDepth: number
  makesBody: boolean
  /** Whether ON names a table here. */
  namesAfterOn: boolean
  /** Whether it is only planned or prepared, not run. */
  isPlanOnly: boolean
}

/** Reads the token at `index` as part of the open statement; returns the next index. */
export function readToken(reader: Reader, index: number): number {
  const { tokens, words, frames } = reader
  const kind = tokens.kinds[index]
  const frame = frames.at(-1) ?? newFrame()
  if (kind === SYMBOL) {
    readSymbol(reader, frame, index)
    return index + 1
  }
  const word = words[index] ?? ''
  if (reader.open === undefined) begin(reader, frame, word)
  else if (reader.makesBody && isInBody(reader, word, index)) return index + 1
  else if (kind === WORD || kind === NAME) {
    const next = readName(reader, frame, word, index)
    if (next !== index) return next
    if (kind === WORD) readWord(reader, frame, word, index)
  } else if (frame.expects === 'table') frame.expects = undefined
  frame.tokenCount += 1
  return index + 1
}

/** A name as the database keeps it: without its quotes, folded where the dialect folds. */
function sqlName({ text, kinds, starts, ends }: SqlTokens, at: number, d: Dialect): string {
  const raw = text.slice(starts[at], ends[at])
  if (kinds[at] !== NAME) return d === 'postgres' ? raw.toLowerCase() : raw
  const quote = raw.charAt(0)
  return raw.slice(1, raw.endsWith(quote) ? -1 : undefined).replaceAll(quote + quote, quote)
}

const OBJECTS_MAX_COUNT = 64
const NAME_PARTS_MAX_COUNT = 4
const NAME_MAX_LENGTH = 256
/** CREATE OR REPLACE DEFINER … USER: further behind, the word is a name. */
const PRINCIPAL_PLACE_MAX = 4
const GOES_ON = new Set(['if', 'loop', 'while', 'repeat', 'for'])

function begin(reader: Reader, frame: Frame, word: string): void {
  reader.open = { verb: word, action: actionOfVerb(word), objects: [], reads: [] }
  if (QUERY_VERBS.has(word)) beginQuery(reader, frame, word)
  else if (word === 'truncate' || word === 'copy' || word === 'handler') awaitTable(frame, false)
  else if (word === 'grant' || word === 'revoke') reader.namesAfterOn = true
  else if (word === 'explain' || word === 'describe' || word === 'desc' || word === 'prepare')
    reader.isPlanOnly = true
  frame.isDefining = DEFINES.has(word)
}

/** Words behind which the word that says what is done still comes. */
const DEFINES = new Set(['with', 'explain', 'describe', 'desc', 'prepare', 'declare'])

function awaitTable(frame: Frame, mayBeFunction: boolean): void {
  frame.expects = 'table'
  frame.mayBeFunction = mayBeFunction
}

function beginQuery(reader: Reader, frame: Frame, verb: string): void {
  frame.isDefining = false
  frame.hasTables = verb !== 'values' && verb !== 'insert' && verb !== 'replace'
  if (reader.open !== undefined)
    reader.open.action = worseOf(reader.open.action, actionOfVerb(verb))
  if (verb === 'select' || verb === 'values' || verb === 'delete') frame.expects = undefined
  else awaitTable(frame, false)
}

/** Takes the name at `index` where one is awaited or being defined; `index` if it is none. */
function readName(reader: Reader, frame: Frame, word: string, index: number): number {
  if (frame.expects === 'more') {
    if (ENDS_LIST.has(word)) frame.expects = undefined
    return index
  }
  if (frame.expects === 'table') {
    if (BEFORE_NAME.has(word)) return index + 1
    if (!NEVER_NAME.has(word)) return takeTable(reader, frame, index)
    frame.expects = undefined
  } else if (frame.isDefining && !QUERY_VERBS.has(word)) {
    if (word === 'recursive') frame.isRecursive = true
    else if (word === 'analyze' || word === 'analyse') reader.isPlanOnly = false
    else frame.pendingName ??= definedName(reader, index)
  }
  return index
}

function takeTable(reader: Reader, frame: Frame, index: number): number {
  const { tokens, dialect, frames, open } = reader
  const parts = [sqlName(tokens, index, dialect)]
  let next = index + 1
  while (parts.length < NAME_PARTS_MAX_COUNT && symbolAt(tokens, next) === '.') {
    const kind = tokens.kinds[next + 1]
    const isAll = symbolAt(tokens, next + 1) === '*'
    if (kind !== WORD && kind !== NAME && !isAll) break
    parts.push(isAll ? '*' : sqlName(tokens, next + 1, dialect))
    next += 2
  }
  frame.expects = 'more'
  frame.tokenCount += 1
  const isFunction = frame.mayBeFunction && symbolAt(tokens, next) === '('
  const isQuery = parts.length === 1 && isDefined(frames, definedName(reader, index))
  if (isFunction || isQuery || open === undefined) return next
  const name = parts.join('.').slice(0, NAME_MAX_LENGTH).toWellFormed()
  addName(open.objects, name)
  if (frame.mayBeFunction) addName(open.reads, name)
  return next
}

/** How a name of a definition is compared. */
function definedName({ tokens, dialect }: Reader, index: number): string {
  const name = sqlName(tokens, index, dialect)
  return dialect === 'mysql' ? name.toLowerCase() : name
}

function addName(names: string[], name: string): void {
  if (names.length < OBJECTS_MAX_COUNT && !names.includes(name)) names.push(name)
}

function readWord(reader: Reader, frame: Frame, word: string, index: number): void {
  const { words, open, dialect } = reader
  if (open === undefined) return
  const { verb } = open
  if (QUERY_VERBS.has(word) && (frame.tokenCount === 0 || frame.isDefining))
    beginQuery(reader, frame, word)
  else if (word === 'with' && frame.tokenCount === 0) frame.isDefining = true
  else if (word === 'select') frame.hasTables = true
  else if (word === 'from') readFrom(reader, frame, index)
  else if (word === 'join' || word === 'straight_join') {
    if (words[index - 1] === 'array') frame.expects = undefined
    else awaitTable(frame, true)
  } else if (word === 'using' && (verb === 'delete' || verb === 'merge')) awaitTable(frame, true)
  else if (word === 'into') readInto(reader, frame, words[index + 1] ?? '')
  else if (word === 'on' && reader.namesAfterOn && reader.frames.length === 1)
    awaitTable(frame, false)
  else if (reader.frames.length === 1 && !frame.hasTables) readChange(reader, frame, word)
  else if (dialect === 'clickhouse' && word === 'delete') open.action = 'delete'
}

/** FROM begins a list of tables, unless it compares or stands in a function's arguments. */
function readFrom({ words, open }: Reader, frame: Frame, index: number): void {
  const isComparison =
    words[index - 1] === 'distinct' && /^(?:is|not)$/.test(words[index - 2] ?? '')
  if (frame.hasTables && !isComparison) awaitTable(frame, true)
  else if (!isComparison) frame.expects = undefined
  if (open?.verb === 'copy' && open.action === 'copy' && !frame.hasTables) open.action = 'insert'
}

function readInto({ open, dialect }: Reader, frame: Frame, next: string): void {
  awaitTable(frame, false)
  if (open?.action !== 'select' || !frame.hasTables) return
  if (next === 'outfile' || next === 'dumpfile') open.action = 'copy'
  else if (dialect === 'postgres') open.action = 'ddl'
}

/** A word of a statement that is no query: what it changes, and what that is called. */
function readChange(reader: Reader, frame: Frame, word: string): void {
  const { open, dialect } = reader
  if (open === undefined) return
  const isEarly = frame.tokenCount <= PRINCIPAL_PLACE_MAX
  if (open.action === 'ddl') {
    if (isEarly && PRINCIPALS.has(word)) open.action = 'grant'
    else if (word === 'privileges' && isEarly) open.action = 'grant'
    else if (MAKES_BODY.has(word) && open.verb === 'create') reader.makesBody = true
    if (dialect === 'clickhouse' && (word === 'delete' || word === 'update'))
      open.action = worseOf(open.action, word)
  } else if (open.verb === 'set' && word === 'password') open.action = 'grant'
  if (ON_A_TABLE.has(word)) reader.namesAfterOn = true
  if (NAMED_AFTER.has(word)) awaitTable(frame, false)
}

/** Counts the blocks of a routine's body; true where the word stands in one. */
function isInBody(reader: Reader, word: string, index: number): boolean {
  const { words, dialect, tokens } = reader
  const before = words[index - 1] ?? ''
  const isNamed = MAKES_BODY.has(before) || symbolAt(tokens, index + 1) === '('
  const isAtomic = dialect !== 'postgres' || words[index + 1] === 'atomic'
  if (word === 'begin' && !isNamed && (isAtomic || reader.bodyDepth > 0)) reader.bodyDepth += 1
  else if (reader.bodyDepth === 0) return false
  else if (word === 'case' && before !== 'end') reader.bodyDepth += 1
  else if (word === 'end' && !GOES_ON.has(words[index + 1] ?? '')) reader.bodyDepth -= 1
  return true
}

function readSymbol(reader: Reader, frame: Frame, index: number): void {
  const symbol = reader.tokens.text.charAt(reader.tokens.starts[index] ?? 0)
  if (symbol === '(') openBracket(reader, frame, index)
  else if (symbol === ')') closeBracket(reader)
  else if (symbol === ',') {
    if (frame.expects === 'more') frame.expects = 'table'
    frame.pendingName = undefined
  } else if (frame.expects === 'table') frame.expects = undefined
}

function openBracket(reader: Reader, frame: Frame, index: number): void {
  const { frames, words } = reader
  if (frames.length >= FRAMES_MAX_COUNT) {
    reader.surplusDepth += 1
    return
  }
  const inner = newFrame()
  const before = words[index - 1] ?? ''
  const isBody = before === 'as' || before === 'materialized'
  if (frame.isDefining && isBody) {
    inner.definesName = frame.pendingName
    if (frame.isRecursive && frame.pendingName !== undefined) define(frame, frame.pendingName)
  }
  if (frame.expects === 'table') {
    frame.expects = 'more'
    inner.hasTables = true
    awaitTable(inner, true)
  }
  frames.push(inner)
}

function closeBracket(reader: Reader): void {
  const { frames } = reader
  if (reader.surplusDepth > 0) reader.surplusDepth -= 1
  else if (frames.length > 1) {
    const inner = frames.pop()
    if (inner?.definesName !== undefined) define(frames.at(-1) ?? inner, inner.definesName)
  }
}

function symbolAt({ text, kinds, starts }: SqlTokens, index: number): string {
  return kinds[index] === SYMBOL ? text.charAt(starts[index] ?? 0) : ''
}
