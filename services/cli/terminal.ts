import { SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import colors from 'picocolors'

import type { Severity } from '#domain/records/index.ts'

/** Characters that could steer a terminal, or hide what is written. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** Text from outside, safe to show: no control or invisible characters, cut at `maxChars`. */
export function safeText(text: string, maxChars = 120): string {
  const clean = text.replace(UNSAFE, '\u00b7')
  return clean.length <= maxChars ? clean : `${clean.slice(0, maxChars - 1)}\u2026`
}

/** The time of day of a row, to the millisecond; nothing where there is no row. */
export function clockOf(row: { occurred_at: string } | undefined): string {
  return safeText(row?.occurred_at.slice(11, 23) ?? '')
}

/** A table for people, without borders. Cells are made safe. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: head.map((title) => colors.bold(title)),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  for (const row of rows) table.push(row.map((cell) => safeText(cell)))
  return table.toString()
}

/** A severity in its colour. */
export function paintSeverity(severity: Severity | 'none'): string {
  if (severity === 'critical') return colors.bold(colors.red(severity))
  return severity === 'high' ? colors.yellow(severity) : severity
}

/** Progress of long work: a bar where standard error is a terminal, nothing in a pipe. */
export type Progress = {
  update(done: number, total: number, doing: string): void
  stop(): void
}

export function createProgress(): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined }
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value}/{total} events | {doing}',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  })
  let isStarted = false
  return {
    update: (done, total, doing) => {
      if (!isStarted) bar.start(total, done, { doing })
      isStarted = true
      bar.setTotal(total)
      bar.update(done, { doing })
    },
    stop: () => bar.stop(),
  }
}

const BORDER_PARTS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
]
const NO_BORDERS = Object.fromEntries(BORDER_PARTS.map((part) => [part, '']))
