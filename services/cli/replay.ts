import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { createLogger } from '#runtime/logger.ts'
import { shutdownSignal } from '#runtime/shutdown.ts'
import { addPlaceOptions, withOptions, type PlaceOptions } from './options.ts'
import { runReplay, type ReplayOutcome } from './run-replay.ts'
import { createProgress } from './terminal.ts'
import { statsOf, writeResults } from './write-results.ts'

type ReplayFlags = PlaceOptions & {
  out?: string
  baselines?: string
  baselinesEpochs?: string
  prefix?: string
  stages: boolean
  json?: boolean
}

/** Adds `tocsin replay`. */
export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('run a file of events through the whole pipeline, in event time')
    .argument('<file>', 'NDJSON events: plain, .gz, or - for standard input')
    .option('--out <dir>', 'write alerts, incidents, rejects and stats there')
    .option('--baselines <file>', 'judge every event with these baselines; learn nothing')
    .option('--baselines-epochs <file>', 'judge with recorded baselines, epoch by epoch')
    .option('--prefix <prefix>', 'on Kafka: prefix of the topics of this run')
    .option('--no-stages', 'on Kafka: other processes run the stages')
    .option('--json', 'print the numbers as one line of JSON')
  addPlaceOptions(command).action(async (file: string, flags: ReplayFlags) => replay(file, flags))
}

async function replay(file: string, flags: ReplayFlags): Promise<void> {
  // A replay has a directory of its own: the pipeline's is for what happens now.
  const environment = withOptions({ ...process.env, TOCSIN_DATA_DIR: undefined }, flags)
  const progress = createProgress()
  const outcome = await runReplay({
    path: file,
    environment: withBaselines(environment, flags),
    dataDirectory: flags.dataDir,
    prefix: flags.prefix,
    runsStages: flags.stages,
    keepsEvidence: true,
    logger: createLogger(process.env['TOCSIN_LOG_LEVEL'] ?? 'warn'),
    signal: shutdownSignal(() => progress.stop()),
    onProgress: ({ doing, publishedCount, totalCount }) =>
      progress.update(publishedCount, totalCount, doing),
  }).finally(() => progress.stop())
  if (outcome.isInterrupted) {
    const hint = flags.dataDir === undefined ? '' : '; run it again to go on'
    throw new Fault('INPUT_TRUNCATED', `Stopped before the end${hint}`)
  }
  if (flags.out !== undefined) writeResults(flags.out, outcome)
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(statsOf(outcome))}\n` : lastLine(outcome),
  )
  failIfDamaged(outcome)
}

/** What a damaged input leaves: the events before the damage, and exit code 1. */
export function failIfDamaged(outcome: ReplayOutcome): void {
  const { damage } = outcome.input
  if (damage === undefined) return
  throw new Fault(
    'INPUT_TRUNCATED',
    'The input is damaged: only what stood before the damage was read',
  )
}

/** The environment with the baselines that the command line names. */
export function withBaselines(
  environment: NodeJS.ProcessEnv,
  flags: { baselines?: string; baselinesEpochs?: string },
): NodeJS.ProcessEnv {
  if (flags.baselines !== undefined && flags.baselinesEpochs !== undefined)
    throw new Fault('BAD_USAGE', 'Give --baselines or --baselines-epochs, not both')
  return {
    ...environment,
    TOCSIN_BASELINES: flags.baselines ?? environment['TOCSIN_BASELINES'],
    TOCSIN_BASELINES_EPOCHS: flags.baselinesEpochs ?? environment['TOCSIN_BASELINES_EPOCHS'],
  }
}

function lastLine(outcome: ReplayOutcome): string {
  const stats = statsOf(outcome)
  const seconds = (outcome.wallMs / 1000).toFixed(1)
  const found = `${stats['alerts']} alerts, ${stats['incidents']} incidents`
  const rejected = `${outcome.input.rejectedCount} lines rejected`
  return `${stats['events']} events, ${found}, ${rejected}, ${seconds} s\n`
}
