import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

import { recordedInput, writtenInput } from './input.ts'
import { measure } from './measure.ts'
import { renderReport } from './report.ts'

const REPORT = fileURLToPath(new URL('report.md', import.meta.url))

/** Measures what `observe` costs and keeps; ends with 1 where a goal is missed. */
function main(): void {
  const recorded = recordedInput()
  const inputs = [writtenInput(), ...(recorded === undefined ? [] : [recorded])]
  const measured = inputs.map((input) => {
    process.stderr.write(`${input.name}…\n`)
    return measure(input)
  })
  const skipped =
    recorded === undefined ? ['SKIPPED: recorded sessions (TOCSIN_SHARED_DIR).\n'] : []
  const heading = { commit: commit(), machine: machine(), skipped }
  const { report, isMet } = renderReport(measured, heading)
  writeFileSync(REPORT, report)
  process.stdout.write(report)
  if (!isMet) process.exitCode = 1
}

function commit(): string {
  return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
}

function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores, ${gibibytes} GiB, Node ${process.versions.node}`
}

main()
