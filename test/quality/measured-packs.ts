import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { readTrainingPack } from '../../services/cli/train/pack.ts'
import { weighedPack } from '../../services/cli/train/weighed-pack.ts'
import { growModel, type TrainingCalls } from '../../services/cli/train/grow.ts'
import { writeModel } from '../../services/detect/model/model-file.ts'
import { sharedFile } from '../support/shared-data.ts'
import { delegatedSessions, domainSessions } from './delegated/sessions.ts'
import { hardSessions } from './hard/hard-sessions.ts'
import { recordedSessions } from './hard/recorded-sessions.ts'
import type { Renaming } from './hard/renaming.ts'
import { unseenRenaming } from './hard/renaming/unseen.ts'
import { heldOut } from './hard/wordings/families.ts'
import { readPack } from './pack-reader.ts'
import { writePack } from './pack-writer.ts'
import { ROWS, type RowName } from './rows.ts'
import type { Steps } from './steps.ts'
import { TRAINING_PACK, writeTrainingPacks } from './training-packs.ts'

const UNSEEN_LIMIT = 800
const VALID_LABELS = 'agentdojo/valid.labels.ndjson.gz'

/** A pack to be scored for one row, with the model to score it by: undefined, the committed one. */
export type MeasuredPack = {
  /** The row's name; of a suite left out, with the suite. */
  name: string
  row: RowName
  title: string
  eventsPath: string
  labelsPath: string
  modelFile: string | undefined
}

/** The packs of a row, each made in `directory` just before it is wanted; none where data lack. */
export async function* measuredPacks(
  row: RowName,
  directory: string,
  steps: Steps,
): AsyncGenerator<MeasuredPack> {
  if (row === 'train') {
    yield* suitesLeftOut(directory, steps)
    return
  }
  const paths = await steps.timed(`${row}: the pack`, () => PACK_PATHS[row](directory))
  if (paths === undefined) return
  yield { name: row, row, title: ROWS[row].title, ...paths, modelFile: undefined }
}

type Paths = { eventsPath: string; labelsPath: string }

/** Where the pack of a row lies, or is written to. */
const PACK_PATHS: Readonly<
  Record<Exclude<RowName, 'train'>, (directory: string) => Paths | undefined>
> = {
  sample: () => recordedPaths('sample', 'agentdojo/sample.labels.ndjson'),
  valid: () => recordedPaths('valid', VALID_LABELS),
  'valid.plain': () => recordedPaths('valid.plain', VALID_LABELS),
  'unseen.wordings': (directory) => worded('unseen.wordings', directory, undefined),
  'unseen.renamed': (directory) => worded('unseen.renamed', directory, unseenRenaming),
  'unseen.domains': (directory) => writePack(directory, 'domains.unseen', domainSessions('unseen')),
  'unseen.delegated': (directory) =>
    writePack(directory, 'delegated.unseen', delegatedSessions('unseen')),
}

/** A pack of the shared data; undefined where it is absent. */
export function recordedPaths(pack: string, labels: string): Paths | undefined {
  const eventsPath = sharedFile(`agentdojo/${pack}.events.ndjson.gz`)
  const labelsPath = sharedFile(labels)
  if (eventsPath === undefined || labelsPath === undefined) return undefined
  return { eventsPath, labelsPath }
}

function worded(
  row: RowName,
  directory: string,
  renaming: Renaming | undefined,
): Paths | undefined {
  const recorded = recordedSessions('valid')
  if (recorded === undefined) return undefined
  const options = { families: heldOut, limit: UNSEEN_LIMIT, renaming, withBenign: true }
  return writePack(directory, row, hardSessions(recorded, options))
}

/** Suite after suite of the recorded pack, with a model of all packs of training without it. */
async function* suitesLeftOut(directory: string, steps: Steps): AsyncGenerator<MeasuredPack> {
  const eventsPaths = await steps.timed('train: the packs', () => writeTrainingPacks(directory))
  const recorded = recordedPaths(TRAINING_PACK, 'agentdojo/train.labels.ndjson.gz')
  if (eventsPaths === undefined || recorded === undefined) return
  const packs = await steps.timed('train: features of the packs', () => readCalls(eventsPaths))
  const sessions = await steps.timed('train: the sessions', () =>
    readPack(recorded.eventsPath, recorded.labelsPath),
  )
  const bySuite = Map.groupBy(sessions, ({ labels }) => labels.session.suite)
  for (const suite of [...bySuite.keys()].sort()) {
    const name = `${TRAINING_PACK}.${suite}`
    const modelFile = join(directory, `${name}.json`)
    await steps.timed(`${name}: a model without the suite`, () =>
      writeFileSync(modelFile, writeModel(growModel(packs.map((pack) => without(pack, suite))))),
    )
    const { eventsPath, labelsPath } = writePack(directory, name, bySuite.get(suite) ?? [])
    const title = `${ROWS.train.title}: ${suite}`
    yield { name, row: 'train', title, eventsPath, labelsPath, modelFile }
  }
}

async function readCalls(paths: readonly string[]): Promise<TrainingCalls[]> {
  const packs: TrainingCalls[] = []
  for (const given of paths) {
    const { path, weight } = weighedPack(given)
    const { sha256, calls } = await readTrainingPack(path)
    packs.push({ name: basename(path), sha256, weight, calls })
  }
  return packs
}

function without(pack: TrainingCalls, suite: string): TrainingCalls {
  return { ...pack, calls: pack.calls.filter(({ session }) => session.suite !== suite) }
}
