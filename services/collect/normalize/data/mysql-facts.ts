import type { SqlReading } from './sql-reading.ts'

/** The status of a code of MySQL or MariaDB: 0 is success. */
export function mysqlStatus(code: number | null): string | null {
  if (code === null) return null
  if (code === 0) return 'ok'
  return `${DENIED.has(code) ? 'denied' : 'error'} ${code}`
}

/**
 * The tables of a statement as `database.table`: those that the server says it opened; where it
 * opened none but its own, those that the text names.
 */
export function mysqlObjects(
  { statements }: SqlReading,
  opened: readonly string[],
  database: string,
): string[] | null {
  const named = statements
    .flatMap((one) => one.objects)
    .map((name) => (name.includes('.') || database === '' ? name : `${database}.${name}`))
  const own = opened.filter((name) => !name.startsWith(BOOKKEEPING) || named.includes(name))
  const objects = [...new Set(own.length > 0 ? own : named)]
  return objects.length === 0 ? null : objects
}

/** Errors that say "you may not". */
const DENIED = new Set([1044, 1045, 1130, 1142, 1143, 1227, 1370, 1698])
/** Statistics and privileges, which the server itself reads for nearly every statement. */
const BOOKKEEPING = 'mysql.'
