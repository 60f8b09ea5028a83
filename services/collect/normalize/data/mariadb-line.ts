import { clockTime } from '../clock-text.ts'
import { refused } from '../log-fields.ts'
import type { Refusal } from '../reject.ts'

/** One line of MariaDB's server_audit file. */
export type MariadbLine = {
  ok: true
  timeUs: number
  user: string
  host: string
  connection: string
  queryId: string
  operation: string
  database: string
  object: string
  /** The statement, unescaped; null on lines about something else. */
  query: string | null
  code: number | null
}

/**
 * Reads `time,server,user,host,connection,query,operation,database,object,code`. Names are not
 * quoted, so one with a comma moves what follows: such a line fits no form and is refused, whoever
 * chose the name.
 */
export function mariadbLine(line: string): MariadbLine | Refusal {
  const head = HEAD.exec(line)
  if (head === null) return refused('BAD_FORM', 'operation')
  const [all, date = '', clock = '', user = '', host = '', connection = '', queryId = ''] = head
  const [, , , , , , , operation = '', database = ''] = head
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
  const timeUs = clockTime(`${day} ${clock}`)
  if (timeUs === undefined) return refused('BAD_TIME', 'timestamp')
  const rest = line.slice(all.length)
  const common = { ok: true, timeUs, user, host, connection, queryId, operation, database } as const
  if (rest.startsWith("'")) {
    const end = /',(\d{1,10})\r?$/.exec(rest.slice(-TAIL_MAX_LENGTH))
    const inside = end === null ? undefined : insideOf(rest.slice(1, rest.length - end[0].length))
    if (inside === undefined) return refused('BAD_FORM', 'object')
    return { ...common, object: '', query: inside, code: Number(end?.[1]) }
  }
  const plain = /^([^,']{0,256}),(\d{0,10})\r?$/.exec(rest)
  if (plain === null) return refused('BAD_FORM', 'object')
  const [, object = '', code = ''] = plain
  return { ...common, object, query: null, code: code === '' ? null : Number(code) }
}

const NAME = '([^,]{0,256})'
const NUMBER = '(\\d{1,20})'
const HEAD_FIELDS = [
  '^(\\d{8}) (\\d\\d:\\d\\d:\\d\\d)',
  '[^,]{0,256}',
  NAME,
  NAME,
  NUMBER,
  NUMBER,
  '([A-Z_]{1,32})',
  NAME,
  '',
]
const HEAD = new RegExp(HEAD_FIELDS.join(','))
const TAIL_MAX_LENGTH = 16
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** What stood between the quotes; undefined where a quote inside is not escaped. */
function insideOf(text: string): string | undefined {
  if (!text.includes('\\')) return text.includes("'") ? undefined : text
  let isOpen = false
  const inside = text.replaceAll(/\\([^])|'|\\$/g, (match, escaped: string | undefined) => {
    if (escaped === undefined) isOpen = true
    return escaped === undefined ? match : (ESCAPED[escaped] ?? escaped)
  })
  return isOpen ? undefined : inside
}
