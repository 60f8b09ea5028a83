import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

import { ALL_FORMATS } from '../../collect/normalize/all-formats.ts'
import type { Measured } from './measure.ts'
import { renderReport } from './report.ts'

const REPORT = fileURLToPath(new URL('report.md', import.meta.url))
const ONE_FORMAT = fileURLToPath(new URL('one-format.ts', import.meta.url))

/** Measures how fast each format is read, each alone; ends with 1 where a goal is missed. */
function main(): void {
  const measured = ALL_FORMATS.map((format) => {
    process.stderr.write(`${format.name}…\n`)
    return measureAlone(format.name)
  })
  const { report, isMet } = renderReport(measured, { commit: commit(), machine: machine() })
  writeFileSync(REPORT, report)
  process.stdout.write(report)
  if (!isMet) process.exitCode = 1
}

function measureAlone(name: string): Measured {
  const flags = [...process.execArgv, '--expose-gc']
  const told = execFileSync(process.execPath, [...flags, ONE_FORMAT, name], { encoding: 'utf8' })
  return JSON.parse(told) as Measured
}

function commit(): string {
  return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
}

function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores, ${gibibytes} GiB, Node ${process.versions.node}`
}

main()
