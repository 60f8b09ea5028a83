import type { DataEvent } from '#domain/records/index.ts'
import { csvFields } from '../csv-record.ts'
import { countOf } from '../log-fields.ts'
import type { SqlReading } from './sql-reading.ts'
import { actionOfVerb } from './sql-words.ts'

type Action = DataEvent['action']

/** What pgaudit says of one statement that ran, or of one relation of it. */
export type AuditEntry = {
  /** Statement and sub-statement, unique in a connection. */
  statementKey: string
  action: Action
  /** The first word of the command, in small letters. */
  verb: string
  object: string | null
  /** The whole string it came in, of which it may be one part; null where it is not told. */
  text: string | null
  parameters: string | null
  rows: number | null
}

/**
 * Reads a message of pgaudit (1.4 and later): type, statement, sub-statement, class, command, kind
 * and name of an object, text, parameters, and rows where `log_rows` is on. Undefined of any other
 * message.
 */
export function auditEntry(message: string): AuditEntry | undefined {
  const fields = csvFields(message.slice(AUDIT_PREFIX.length), FIELDS_MAX_COUNT)
  if (fields === undefined || fields.length < FIELDS_MIN_COUNT) return undefined
  const statement = fields[STATEMENT] ?? ''
  const part = fields[PART] ?? ''
  if (fields[0] !== 'SESSION' && fields[0] !== 'OBJECT') return undefined
  if (countOf(statement) === null || countOf(part) === null) return undefined
  const command = fields[COMMAND] ?? ''
  const space = command.indexOf(' ')
  const object = fields[OBJECT] ?? ''
  return {
    statementKey: `${statement},${part}`,
    action: actionOf(fields[CLASS] ?? '', command),
    verb: (space < 0 ? command : command.slice(0, space)).toLowerCase(),
    object: object === '' ? null : unquotedName(object),
    text: told(fields[TEXT]),
    parameters: told(fields[PARAMETERS]),
    rows: COUNTED.has(command) ? countOf(fields[ROWS]) : null,
  }
}

/** Places of the fields; of the kind of the object nothing is read. */
const STATEMENT = 1
const PART = 2
const CLASS = 3
const COMMAND = 4
const OBJECT = 6
const TEXT = 7
const PARAMETERS = 8
const ROWS = 9

/** How every message of pgaudit begins, in every language of the server. */
const AUDIT_PREFIX = 'AUDIT: '

/**
 * The tables of the part of the text that ran: those of the statements that begin with its word, or
 * all where there is one statement alone.
 */
export function objectsThatRan(entry: AuditEntry, { statements }: SqlReading): string[] | null {
  const [only] = statements
  if (statements.length === 1 && only !== undefined) {
    // CREATE TABLE AS is told twice: what it read, and what it made.
    const isPart = entry.action === 'select' && only.action === 'ddl'
    return notEmpty(isPart ? only.reads : only.objects)
  }
  const same = statements.filter(
    ({ verb, action }) => verb === entry.verb || (verb === 'with' && action === entry.action),
  )
  return notEmpty([...new Set(same.flatMap((one) => one.objects))])
}

/** Of any other command, COPY and FETCH among them, pgaudit says 0 whatever passed. */
const COUNTED = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE'])
const FIELDS_MIN_COUNT = 9
const FIELDS_MAX_COUNT = 16
/** In place of a text or of parameters: there are none, or they are not told (again). */
const NOT_TOLD = new Set(['<none>', '<not logged>', '<previously logged>'])

function told(text: string | undefined): string | null {
  return text === undefined || text === '' || NOT_TOLD.has(text) ? null : text
}

/** Class and command decide: the text may hold other statements beside. */
function actionOf(className: string, command: string): Action {
  if (className === 'ROLE') return 'grant'
  if (className === 'DDL') return 'ddl'
  if (className === 'WRITE') return writeOf(command)
  if (className !== 'READ') return 'other'
  if (command === 'DECLARE CURSOR') return 'select'
  if (command === 'SELECT' || command === 'COPY') return actionOfVerb(command.toLowerCase())
  return 'other'
}

function writeOf(command: string): Action {
  if (command === 'COPY') return 'insert'
  const action = actionOfVerb(command.toLowerCase().split(' ', 1)[0] ?? '')
  return action === 'other' ? 'update' : action
}

/** `public."Order Lines"` as `public.Order Lines`. */
function unquotedName(name: string): string {
  if (!name.includes('"')) return name
  return name.replaceAll(/"((?:[^"]|"")*)"/g, (_, inside: string) => inside.replaceAll('""', '"'))
}

function notEmpty(objects: string[]): string[] | null {
  return objects.length === 0 ? null : objects
}
