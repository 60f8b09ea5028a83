import type { DataEvent } from '#domain/records/index.ts'
import { sqlTags, type SqlTags } from './sql-comment.ts'
import { sqlFingerprint } from './sql-fingerprint.ts'
import type { Statement } from './sql-statement.ts'
import { sqlStatements } from './sql-statements.ts'
import { COMMENT, sqlTokens, WORD, type Dialect, type SqlTokens } from './sql-tokens.ts'
import { worseOf } from './sql-words.ts'

/** What a text of SQL says, before anybody says what of it ran. */
export type SqlReading = {
  statements: readonly Statement[]
  fingerprint: string
  tags: SqlTags | undefined
}

/** Reads SQL from anyone: never throws, and takes time linear in the length of the text. */
export function readSql(text: string, dialect: Dialect): SqlReading {
  const tokens = sqlTokens(text, dialect)
  const hasComments = tokens.kinds.includes(COMMENT)
  const code = hasComments ? withoutComments(tokens) : tokens
  const words = bareWords(code)
  return {
    statements: sqlStatements(code, words, dialect),
    fingerprint: sqlFingerprint(code, words),
    tags: hasComments ? sqlTags(tokens) : undefined,
  }
}

/**
 * Reads SQL of one dialect and remembers what it read last, since programs ask the same again and
 * again: at most 256 texts of 2,048 characters.
 */
export class SqlReader {
  readonly #dialect: Dialect
  readonly #known = new Map<string, SqlReading>()

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  read(text: string): SqlReading {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const reading = readSql(text, this.#dialect)
    if (text.length > KNOWN_MAX_LENGTH) return reading
    if (this.#known.size >= KNOWN_MAX_COUNT) this.#known.clear()
    this.#known.set(text, reading)
    return reading
  }
}

const KNOWN_MAX_COUNT = 256
const KNOWN_MAX_LENGTH = 2_048

/**
 * What a query did, where the server called it a select: a definition in front of a select may
 * change tables, and neither audit nor plan says so. Any such in the string counts, since nobody
 * can say which statement of it the server meant.
 */
export function beyondSelect(action: Action, { statements }: SqlReading): Action {
  if (action !== 'select') return action
  const changes = statements.filter((one) => one.verb === 'with' && CHANGES.has(one.action))
  return changes.reduce<Action>((worst, one) => worseOf(worst, one.action), action)
}

type Action = DataEvent['action']
const CHANGES: ReadonlySet<Action> = new Set<Action>(['insert', 'update', 'delete'])

function withoutComments({ text, kinds, starts, ends }: SqlTokens): SqlTokens {
  const code: SqlTokens = { text, kinds: [], starts: [], ends: [] }
  for (const [index, kind] of kinds.entries()) {
    if (kind === COMMENT) continue
    code.kinds.push(kind)
    code.starts.push(starts[index] ?? 0)
    code.ends.push(ends[index] ?? 0)
  }
  return code
}

/** The bare words in small letters, by token; '' for anything else. */
function bareWords({ text, kinds, starts, ends }: SqlTokens): string[] {
  return kinds.map((kind, index) =>
    kind === WORD ? text.slice(starts[index], ends[index]).toLowerCase() : '',
  )
}
