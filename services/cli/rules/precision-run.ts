import { Fault } from '#domain/fault.ts'
import { parseTime } from '#domain/time.ts'
import { timespanUs } from '#sigma/timespan.ts'
import { openEvidenceToRead, runNamedQuery } from '../evidence.ts'
import { withOptions, type PlaceOptions } from '../options.ts'
import { renderTable } from '../terminal.ts'
import { precisionRows, type CountsRow, type PrecisionRow } from './precision-table.ts'

export type PrecisionFlags = PlaceOptions & { since: string; tenant: string; json?: boolean }

const DATE = /^\d{4}-\d\d-\d\d$/

/** Prints a row a rule. @throws Fault BAD_USAGE, NOT_FOUND where there is no evidence. */
export async function printPrecision(flags: PrecisionFlags): Promise<void> {
  const sinceUs = sinceOf(flags.since, Date.now() * 1000)
  const evidence = await openEvidenceToRead(withOptions(process.env, flags))
  try {
    const parameters = { tenant_id: flags.tenant, since_us: sinceUs }
    const rows = precisionRows(
      await runNamedQuery<CountsRow>(evidence, 'rule-precision', parameters),
    )
    const lines = flags.json === true ? rows.map((row) => JSON.stringify(row)) : [tableOf(rows)]
    process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  } finally {
    await evidence.close()
  }
}

function sinceOf(text: string, nowUs: number): number {
  const spanUs = timespanUs(text)
  const timeUs =
    spanUs === undefined ? parseTime(DATE.test(text) ? `${text}T00:00:00Z` : text) : nowUs - spanUs
  if (timeUs === undefined)
    throw new Fault('BAD_USAGE', '--since takes 30d, 12h, a date or a time (RFC 3339)')
  return timeUs
}

function tableOf(rows: readonly PrecisionRow[]): string {
  if (rows.length === 0) return 'no alerts'
  const head = ['rule', 'level', 'alerts', 'suppressed', 'judged', 'true', 'false', 'benign']
  return renderTable(
    [...head, 'precision', '95 %'],
    rows.map((row) => [
      row.rule,
      row.level,
      ...[row.alerts, row.suppressed, row.judged, row.true, row.false, row.benign].map(String),
      row.precision === null ? '' : row.precision.toFixed(2),
      row.low === null || row.high === null ? '' : `${row.low.toFixed(2)}–${row.high.toFixed(2)}`,
    ]),
  )
}
