import { z } from 'zod'

import { MEASURE_NAMES, gainOf, type Figures, type MeasureName } from './figures.ts'

const VALUES = z.record(z.string(), z.number().nullable())
const BLOCK = z.object({ rows: z.record(z.string(), VALUES) })
const FENCED = /```json\n(.*?)\n```/s
const DECIMALS = 1e4

/** The values of each row of a report, by row and measure, as a program reads them. */
export type ReportRows = z.infer<typeof BLOCK>['rows']
type Values = z.infer<typeof VALUES>

/** The values of a row to four decimals; null where there was nothing to count. */
export function valuesOf(figures: Figures): Values {
  return Object.fromEntries(
    MEASURE_NAMES.map((name) => {
      const { value } = figures[name]
      return [name, value === undefined ? null : Math.round(value * DECIMALS) / DECIMALS]
    }),
  )
}

/** The block that ends a report. */
export function writeBlock(rows: ReportRows): string {
  return `\`\`\`json\n${JSON.stringify({ rows }, undefined, 2)}\n\`\`\`\n`
}

/** @throws Error where the report ends with no such block. */
export function readBlock(report: string): ReportRows {
  return BLOCK.parse(JSON.parse(FENCED.exec(report)?.[1] ?? 'null')).rows
}

/** What is worse than reported by more than the tolerance, in words. */
export function fallsOf(reported: Values, measured: Values, toleranceMax: number): string[] {
  return MEASURE_NAMES.flatMap((name) => {
    const [before, now] = [reported[name] ?? null, measured[name] ?? null]
    if (before === null || (now !== null && !hasFallen(name, now, before, toleranceMax))) return []
    return [`${name}: ${before} in the report, ${now} now`]
  })
}

function hasFallen(name: MeasureName, now: number, before: number, toleranceMax: number): boolean {
  return gainOf(name, now, before) < -toleranceMax
}
