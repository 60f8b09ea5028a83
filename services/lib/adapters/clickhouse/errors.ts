import { Fault, type FaultCode } from '#domain/fault.ts'

/** ClickHouse's own error codes that decide whose failure it is. */
const BUSY_CODES = new Set([
  159, // TIMEOUT_EXCEEDED
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  209, // SOCKET_TIMEOUT
  241, // MEMORY_LIMIT_EXCEEDED
  252, // TOO_MANY_PARTS
  319, // UNKNOWN_STATUS_OF_INSERT
  394, // QUERY_WAS_CANCELLED
  425, // SYSTEM_ERROR
])
/** What only the rows themselves can be blamed for. */
const DATA_CODES = new Set([
  6, // CANNOT_PARSE_TEXT
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  33, // CANNOT_READ_ALL_DATA
  53, // TYPE_MISMATCH
  70, // CANNOT_CONVERT_TYPE
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  407, // DECIMAL_OVERFLOW
  469, // VIOLATED_CONSTRAINT
  748, // AVRO_EXCEPTION
])
/** The world's failures among those a query may end in. */
const UNAVAILABLE_CODES = new Set([
  74, // CANNOT_READ_FROM_FILE_DESCRIPTOR
  75, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  76, // CANNOT_OPEN_FILE
  81, // UNKNOWN_DATABASE
  210, // NETWORK_ERROR
  236, // ABORTED
  243, // NOT_ENOUGH_SPACE
  516, // AUTHENTICATION_FAILED
  999, // KEEPER_EXCEPTION
])

/** What a number alone does not tell an operator. */
const IN_WORDS = new Map([
  [81, 'its database is not there, '],
  [243, 'no space left, '],
  [516, 'the user or the password is wrong, '],
])

/** The ClickHouse code an error of either client carries, where it carries one. */
export function clickhouseCode(cause: unknown): number | undefined {
  if (!(cause instanceof Error)) return undefined
  const { clickhouseCode: embedded, code } = cause as { clickhouseCode?: unknown; code?: unknown }
  if (typeof embedded === 'number') return embedded
  if (typeof code === 'string' && /^\d+$/.test(code)) return Number(code)
  const found = /\bCode: (\d+)\./.exec(cause.message)
  return found === null ? undefined : Number(found[1])
}

/**
 * A failed insert as a Fault. It is the data's only where the code says so: anything else may pass,
 * and evidence is not thrown away for it.
 */
export function insertFault(table: string, cause: unknown): Fault {
  const code = clickhouseCode(cause)
  const isData = code !== undefined && DATA_CODES.has(code)
  return faultOf(
    `insert into ${table}`,
    isData ? 'EVIDENCE_REFUSED' : 'EVIDENCE_UNAVAILABLE',
    cause,
  )
}

/**
 * An error of the engine or of a server as a Fault: `refused` where the statement is to blame. One
 * without a ClickHouse code is the connection's. The message names the code only: ClickHouse quotes
 * the data it chokes on.
 */
export function faultOf(doing: string, refused: FaultCode, cause: unknown): Fault {
  if (cause instanceof Fault) return cause
  const code = clickhouseCode(cause)
  const named =
    code === undefined ? 'no answer' : `${IN_WORDS.get(code) ?? ''}ClickHouse error ${code}`
  const fault = (kind: FaultCode) => new Fault(kind, `Could not ${doing}: ${named}`, { cause })
  if (code === undefined || UNAVAILABLE_CODES.has(code)) return fault('EVIDENCE_UNAVAILABLE')
  return fault(BUSY_CODES.has(code) ? 'EVIDENCE_BUSY' : refused)
}
