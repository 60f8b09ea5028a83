import { wilsonShare } from './wilson.ts'

/** A row of sql/queries/rule-precision.sql; counts come as text. */
export type CountsRow = {
  rule_id: string
  rule_name: string
  level: string
  alert_count: string
  suppressed_count: string
  true_count: string
  false_count: string
  benign_count: string
}

/** How a rule did. `precision` and its bounds are null where no alert of it was judged. */
export type PrecisionRow = {
  rule: string
  rule_id: string
  level: string
  alerts: number
  /** Hits that stand behind these alerts and were suppressed. */
  suppressed: number
  judged: number
  true: number
  false: number
  benign: number
  precision: number | null
  low: number | null
  high: number | null
}

/** Rules by what is certain of them, the worst first; those without a judgement last. */
export function precisionRows(counts: readonly CountsRow[]): PrecisionRow[] {
  return counts.map(rowOf).sort((left, right) => {
    if (left.high === null || right.high === null) {
      if (left.high !== right.high) return left.high === null ? 1 : -1
      return right.alerts - left.alerts || byName(left, right)
    }
    const byPrecision = (left.precision ?? 0) - (right.precision ?? 0)
    return left.high - right.high || byPrecision || byName(left, right)
  })
}

function rowOf(row: CountsRow): PrecisionRow {
  const trueCount = Number(row.true_count)
  const falseCount = Number(row.false_count)
  const benignCount = Number(row.benign_count)
  const judgedCount = trueCount + falseCount + benignCount
  const found = wilsonShare(trueCount, judgedCount)
  return {
    rule: row.rule_name,
    rule_id: row.rule_id,
    level: row.level,
    alerts: Number(row.alert_count),
    suppressed: Number(row.suppressed_count),
    judged: judgedCount,
    true: trueCount,
    false: falseCount,
    benign: benignCount,
    precision: found?.share ?? null,
    low: found?.low ?? null,
    high: found?.high ?? null,
  }
}

function byName(left: PrecisionRow, right: PrecisionRow): number {
  return left.rule < right.rule ? -1 : 1
}
