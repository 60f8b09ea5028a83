import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'

import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { writeModel } from '../detect/model/model-file.ts'
import type { TrainingCalls } from './train/grow.ts'
import { weighedPack } from './train/weighed-pack.ts'
import { createProgress } from './terminal.ts'

const FOLLOWED_MIN_COUNT = 50

/** Adds `tocsin train`. */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('make the model of followed instructions from labelled packs')
    .argument(
      '<pack...>',
      'NAME.events.ndjson(.gz) with NAME.labels.ndjson(.gz) beside it; PACK=0.5 weighs half',
    )
    .requiredOption('--out <file>', 'where to write the weights; the same packs, the same bytes')
    .action(async (packs: string[], { out }: { out: string }) => train(packs, out))
}

async function train(paths: readonly string[], out: string): Promise<void> {
  const { readTrainingPack } = await import('./train/pack.ts')
  const { growModel } = await import('./train/grow.ts')
  const progress = createProgress()
  const packs: TrainingCalls[] = []
  for (const [index, given] of paths.entries()) {
    const { path, weight } = weighedPack(given)
    progress.update(index, paths.length + 1, `reading ${basename(path)}`)
    const pack = await readTrainingPack(path)
    packs.push({ name: basename(path), sha256: pack.sha256, weight, calls: pack.calls })
  }
  const calls = packs.flatMap((pack) => pack.calls)
  const followedCount = calls.filter(({ followed }) => followed).length
  if (followedCount < FOLLOWED_MIN_COUNT) {
    progress.stop()
    const problem = `${followedCount} labelled attacker actions are too few to learn from`
    throw new Fault('BAD_USAGE', `${problem}: give packs with ${FOLLOWED_MIN_COUNT} or more`)
  }
  progress.update(paths.length, paths.length + 1, 'growing trees')
  const text = writeModel(growModel(packs))
  progress.stop()
  write(out, text)
  process.stdout.write(`${calls.length} calls, ${followedCount} of them followed, in ${out}\n`)
}

function write(out: string, text: string): void {
  try {
    writeFileSync(out, text)
  } catch (cause) {
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot write the model to ${out}`, { cause })
  }
}
