import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import type { Command } from 'commander'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { Fault } from '#domain/fault.ts'
import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import { compileNormalizer } from '../collect/normalize/event.ts'
import { orderInput } from '../collect/ordered-input.ts'
import { openInput } from '../collect/sources/file.ts'
import { renderQuality } from './quality/table.ts'
import { readLabels, type Labels } from './quality/labels.ts'
import { judgeSessions, measure } from './quality/measures.ts'
import { failIfDamaged, withBaselines } from './replay.ts'
import { sortedAlerts, sortedIncidents } from './results.ts'
import { runReplay } from './run-replay.ts'
import { createProgress } from './terminal.ts'

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b])
const LABELS_MAX_BYTES = 1024 * 1024 * 1024

type EvaluateFlags = {
  labels: string
  baselines?: string
  baselinesEpochs?: string
  json?: boolean
}

/** Adds `tocsin evaluate`. */
export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('replay labelled sessions and print the quality of detection')
    .argument('<file>', 'NDJSON events: plain, .gz, or - for standard input')
    .requiredOption('--labels <file>', 'NDJSON labels of the sessions and events, plain or .gz')
    .option('--baselines <file>', 'judge every event with these baselines; learn nothing')
    .option('--baselines-epochs <file>', 'judge with recorded baselines, epoch by epoch')
    .option('--json', 'print the measures as JSON')
    .action(async (file: string, flags: EvaluateFlags) => evaluate(file, flags))
}

async function evaluate(file: string, flags: EvaluateFlags): Promise<void> {
  const labels = loadLabels(flags.labels)
  const progress = createProgress()
  const outcome = await runReplay({
    path: file,
    environment: withBaselines({ ...process.env, TOCSIN_DATA_DIR: undefined }, flags),
    dataDirectory: undefined,
    prefix: undefined,
    runsStages: true,
    keepsEvidence: false,
    logger: createLogger(process.env['TOCSIN_LOG_LEVEL'] ?? 'warn'),
    signal: shutdownSignal(() => progress.stop()),
    onProgress: ({ doing, publishedCount, totalCount }) =>
      progress.update(publishedCount, totalCount, doing),
  }).finally(() => progress.stop())
  if (outcome.isInterrupted) throw new Fault('INPUT_TRUNCATED', 'Stopped before the end')
  const { findings } = outcome
  const found = { alerts: sortedAlerts(findings), incidents: sortedIncidents(findings) }
  const sessions = judgeSessions(labels, found, await eventTimes(file, labels))
  const text =
    flags.json === true ? JSON.stringify(measure(sessions), undefined, 2) : renderQuality(sessions)
  process.stdout.write(`${text}\n`)
  failIfDamaged(outcome)
}

function loadLabels(file: string): Labels {
  const bytes = readBytes(file)
  const isGzip = bytes.subarray(0, 2).equals(GZIP_MAGIC)
  const text = (isGzip ? gunzip(bytes, file) : bytes).toString('utf8')
  const labels = readLabels(text.split('\n'))
  if (labels.sessions.length === 0)
    throw new Fault('BAD_USAGE', `${file} holds no session labels; see quality.md for their form`)
  if (labels.ignoredCount > 0)
    process.stderr.write(
      `${labels.ignoredCount} lines of ${file} are no labels and were passed by\n`,
    )
  return labels
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `Cannot read the labels in ${file}`, { cause })
  }
}

function gunzip(bytes: Buffer, file: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LABELS_MAX_BYTES })
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `${file} is no whole gzip`, { cause })
  }
}

/** When the labelled attacker actions happened. */
async function eventTimes(file: string, labels: Labels): Promise<Map<string, number>> {
  const wanted = new Set(labels.events.map((event) => event.event_id))
  const times = new Map<string, number>()
  if (file === '-') return times
  const input = await openInput(file, { standardInput: process.stdin })
  try {
    const normalize = compileNormalizer(loadSchemas())
    const ordered = await orderInput(input, { normalize, sourceName: 'labels' })
    for await (const batch of ordered.batches())
      for (const { event } of batch.events)
        if (wanted.has(event.event_id)) times.set(event.event_id, event.occurred_at)
    return times
  } finally {
    await input.close()
  }
}
