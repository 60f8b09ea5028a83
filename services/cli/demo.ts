import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Command } from 'commander'
import colors from 'picocolors'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import { incidentTable, listIncidents, readIncident } from './incident.ts'
import { renderIncident, type IncidentRow } from './incident-view.ts'
import { temporaryDirectory } from './options.ts'
import { failIfDamaged } from './replay.ts'
import { renderCase } from './response/case-view.ts'
import { readCase } from './response/read-case.ts'
import { writeReview } from './response/review-run.ts'
import { playLive } from './live-demo/live-demo.ts'
import { runReplay, type ReplayOutcome } from './run-replay.ts'
import { createProgress } from './terminal.ts'

const SCENARIO = fileURLToPath(new URL('./scenario/helpdesk.ndjson', import.meta.url))
const PERMISSIONS = fileURLToPath(new URL('./scenario/permissions.yaml', import.meta.url))
const INVENTORY = fileURLToPath(new URL('./scenario/inventory.yaml', import.meta.url))
const LISTED_MAX_COUNT = '500'
const SEVERITY_ORDER = ['critical', 'high', 'moderate']

type DemoFlags = { dataDir?: string }

/** Adds `tocsin demo`. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('run the bundled scenario, or a file, and show the incidents it comes to')
    .argument('[file]', 'NDJSON events: plain, .gz, or - for standard input')
    .option('--data-dir <dir>', 'work there; without it a fresh directory is made, kept and named')
    .action(async (file: string | undefined, flags: DemoFlags) => demo(file, flags))
}

async function demo(file: string | undefined, flags: DemoFlags): Promise<void> {
  const directory = resolve(flags.dataDir ?? temporaryDirectory().path)
  const isBundled = file === undefined
  const progress = createProgress()
  const inventory = process.env['TOCSIN_INVENTORY'] ?? (isBundled ? INVENTORY : undefined)
  const permissions = process.env['TOCSIN_PERMISSIONS'] ?? (isBundled ? PERMISSIONS : undefined)
  let shown = ''
  const outcome = await runReplay({
    path: file ?? SCENARIO,
    environment: {
      ...process.env,
      TOCSIN_INVENTORY: inventory,
      TOCSIN_PERMISSIONS: permissions,
    },
    dataDirectory: directory,
    prefix: undefined,
    runsStages: true,
    keepsEvidence: true,
    logger: createLogger(process.env['TOCSIN_LOG_LEVEL'] ?? 'warn'),
    signal: shutdownSignal(() => progress.stop()),
    onProgress: ({ doing, publishedCount, totalCount }) =>
      progress.update(publishedCount, totalCount, doing),
    onSettled: async (_world, evidence) => {
      progress.stop()
      if (evidence !== undefined) shown = await show(evidence, isBundled, directory)
    },
  }).finally(() => progress.stop())
  if (outcome.isInterrupted)
    throw new Fault('INPUT_TRUNCATED', `Stopped before the end; --data-dir ${directory} goes on`)
  process.stdout.write(`${shown}\n${closing(outcome, directory)}\n`)
  failIfDamaged(outcome)
  if (isBundled) await playLive(directory, (line) => process.stdout.write(`${line}\n`))
}

/** The list, gravest first; the gravest incident whole, what was done about it, its review. */
async function show(
  evidence: EvidenceStore,
  isBundled: boolean,
  directory: string,
): Promise<string> {
  const rows = await listIncidents(evidence, LISTED_MAX_COUNT)
  const sorted = rows.sort(
    (one, other) =>
      SEVERITY_ORDER.indexOf(one.severity) - SEVERITY_ORDER.indexOf(other.severity) ||
      (one.opened_at < other.opened_at ? -1 : 1),
  )
  const [gravest] = sorted
  const list = `${colors.bold(countLine(sorted))}\n${incidentTable(sorted)}\n`
  if (gravest === undefined) return list
  const found = await readIncident(evidence, gravest.incident_id)
  const response = await readCase(evidence, found.incident)
  const [review] = await writeReview(evidence, found.incident, join(directory, 'review'))
  const whole = [
    renderIncident(found),
    renderCase(response.found, response.actions),
    'A replay acts inside Tocsin alone: notices, revocations and calls to others are planned.',
    `The review so far: ${review}`,
  ].join('\n')
  return isBundled || sorted.length < 10
    ? `${list}\n${whole}`
    : `${list}\nThe gravest of them:\n\n${whole}`
}

function countLine(rows: readonly IncidentRow[]): string {
  const counts = SEVERITY_ORDER.map(
    (severity) => `${rows.filter((row) => row.severity === severity).length} ${severity}`,
  )
  return `${rows.length} incidents: ${counts.join(', ')}`
}

function closing(outcome: ReplayOutcome, directory: string): string {
  const { input, findings, wallMs } = outcome
  const seconds = (wallMs / 1000).toFixed(1)
  const commands = ['incident list', 'query', 'topics'].map(
    (command) => `  npm run -s tocsin -- ${command} --data-dir ${directory}`,
  )
  return [
    `${input.acceptedCount} events, ${findings.alerts.size} alerts, ` +
      `${findings.incidents.size} incidents, ${input.rejectedCount} lines rejected, ${seconds} s`,
    `Everything is kept in ${directory}. Look further with:`,
    ...commands,
  ].join('\n')
}
