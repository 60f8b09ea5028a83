import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { Fault } from '#domain/fault.ts'
import { compileNormalizer } from '../../collect/normalize/event.ts'
import { orderInput } from '../../collect/ordered-input.ts'
import { openInput } from '../../collect/sources/file.ts'
import { loadLabels } from '../quality/labels-file.ts'
import { CallCollector, type LabelledCall } from './calls.ts'

/** A labelled pack, read: its contested calls in the order of time. */
export type TrainingPack = { path: string; sha256: string; calls: LabelledCall[] }

/**
 * Reads a pack of labelled sessions. Its labels stand beside its events, `labels` in place of
 * `events` in the name; a pack in another wording, `NAME.plain.events…`, may share `NAME.labels…`.
 *
 * @throws Fault INPUT_UNREADABLE, BAD_USAGE where no labels are there.
 */
export async function readTrainingPack(path: string): Promise<TrainingPack> {
  const collector = new CallCollector(loadLabels(labelsBeside(path)))
  const input = await openInput(path, { standardInput: process.stdin })
  try {
    const normalize = compileNormalizer(loadSchemas())
    const ordered = await orderInput(input, { normalize, sourceName: 'train' })
    for await (const batch of ordered.batches()) {
      for (const one of batch.events)
        if (one.topic === 'events.application.v1') collector.add(one.event)
    }
  } finally {
    await input.close()
  }
  return { path, sha256: await sha256Of(path), calls: collector.calls }
}

function labelsBeside(path: string): string {
  const own = path.replace(/\.events(?=\.|$)/, '.labels')
  if (own === path) {
    throw new Fault('BAD_USAGE', `${path} is no pack: its name must hold ".events."`)
  }
  const shared = own.replace(/\.[^./]+(?=\.labels)/, '')
  const found = [own, shared].flatMap((name) => [name, name.replace(/\.gz$/, '')]).find(existsSync)
  if (found !== undefined) return found
  throw new Fault(
    'INPUT_UNREADABLE',
    `There are no labels for ${path}: looked for ${own}, ${shared}`,
  )
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
