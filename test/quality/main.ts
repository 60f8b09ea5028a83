import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { renderTable } from '../../services/cli/terminal.ts'
import { ROOT } from '../support/checkout.ts'
import { figuresOf } from './figures.ts'
import { measuredPacks } from './measured-packs.ts'
import { figureLines, renderReport, type ScoredRow } from './report.ts'
import { ROW_NAMES, rowsNamed, type RowName } from './rows.ts'
import { scorePack } from './score.ts'
import { Steps } from './steps.ts'

const REPORT_FILE = join(ROOT, 'test/quality/report.md')
const MODEL_FILE = join(ROOT, 'services/detect/model/followed.json')
const USAGE = `usage: main.ts [--rows ${ROW_NAMES.join(',')}] [--out FILE]`

/**
 * Scores detection on labelled packs, prints the table and writes the report: to `--out FILE`, or,
 * of all rows, to its place in the repository. Ends with 1 where data are absent, 2 on bad usage.
 */
async function main(): Promise<number> {
  const values = readArguments()
  const wanted = rowsNamed(values?.rows)
  if (values === undefined || wanted === undefined) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  const commit = commitName()
  const steps = new Steps()
  const rows = await scoredRows(wanted, steps)
  process.stdout.write(
    `${renderTable(
      ['row', 'measure', 'value', 'count', '95 % interval', 'goal'],
      figureLines(rows),
    )}\n`,
  )
  const absent = wanted.filter((name) => !rows.some(({ row }) => row === name))
  if (absent.length > 0) process.stderr.write(`no data, so not scored: ${absent.join(', ')}\n`)
  const isWhole = wanted.length === ROW_NAMES.length && absent.length === 0
  const out = values.out ?? (isWhole ? REPORT_FILE : undefined)
  if (out !== undefined) {
    const modelSha256 = createHash('sha256').update(readFileSync(MODEL_FILE)).digest('hex')
    writeFileSync(out, renderReport(rows, { commit, modelSha256, steps: steps.taken }))
    process.stderr.write(`written to ${out}\n`)
  }
  return absent.length === 0 ? 0 : 1
}

/** The command line; undefined where it has an unknown option. */
function readArguments(): { rows?: string; out?: string } | undefined {
  try {
    return parseArgs({ options: { rows: { type: 'string' }, out: { type: 'string' } } }).values
  } catch {
    return undefined
  }
}

/** Scores row after row; the packs made for them are removed at the end. */
async function scoredRows(wanted: readonly RowName[], steps: Steps): Promise<ScoredRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-quality-'))
  const rows: ScoredRow[] = []
  try {
    for (const wantedRow of wanted)
      for await (const pack of measuredPacks(wantedRow, directory, steps)) {
        const { name, row, title } = pack
        const sessions = await steps.timed(`${name}: replay`, () => scorePack(pack))
        const figures = await steps.timed(`${name}: intervals`, () => figuresOf(sessions))
        rows.push({ name, row, title, sessions, figures })
      }
    return rows
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The commit this checkout is at, and whether it has changes that are not in it. */
function commitName(): string {
  const git = (...given: string[]): string =>
    execFileSync('git', given, { encoding: 'utf8' }).trim()
  const changes = git(
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--',
    ':!test/quality/report.md',
  )
  return `${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : ', with changes not in it'}`
}

process.exitCode = await main()
