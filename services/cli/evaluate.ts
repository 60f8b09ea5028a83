import type { Command } from 'commander'

import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import { judgeFile } from './quality/judge-file.ts'
import { loadLabels } from './quality/labels-file.ts'
import { measure } from './quality/measures.ts'
import { renderQuality } from './quality/table.ts'
import { failIfDamaged, withBaselines } from './replay.ts'
import { createProgress } from './terminal.ts'

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
  const { sessions, outcome } = await judgeFile(file, labels, {
    environment: withBaselines({ ...process.env, TOCSIN_DATA_DIR: undefined }, flags),
    logger: createLogger(process.env['TOCSIN_LOG_LEVEL'] ?? 'warn'),
    signal: shutdownSignal(() => progress.stop()),
    onProgress: ({ doing, publishedCount, totalCount }) =>
      progress.update(publishedCount, totalCount, doing),
  }).finally(() => progress.stop())
  const text =
    flags.json === true ? JSON.stringify(measure(sessions), undefined, 2) : renderQuality(sessions)
  process.stdout.write(`${text}\n`)
  failIfDamaged(outcome)
}
