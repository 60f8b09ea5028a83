import { open, readFile, rename } from 'node:fs/promises'

import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import type { LogPositions } from './already-sent.ts'

const CHECKPOINT = z.object({
  /** The next event's `collector_seq`. */
  nextSeq: z.int().min(1),
  /** Records read since the collector first began. */
  recordCount: z.int().min(0),
  /** What each stream's reader must know of the records before. */
  memories: z.record(z.string(), z.string()),
  /** Where the source goes on. */
  mark: z.unknown(),
  /** Where the log ended before anything was sent that is not told here. */
  positions: z.record(z.string(), z.array(z.int())).optional(),
  savedAtMs: z.number(),
})

/** How far a collector has come: all of it is in the log. */
export type CollectorCheckpoint = z.infer<typeof CHECKPOINT> & {
  positions?: LogPositions | undefined
}

/** Where a collector keeps its checkpoint. */
export type CheckpointPlace = {
  /** @throws Fault INPUT_UNREADABLE where it is there and cannot be used. */
  load(): Promise<CollectorCheckpoint | undefined>
  /** Resolves when it is on the disk, whole. @throws Fault OUTPUT_UNWRITABLE */
  save(checkpoint: CollectorCheckpoint): Promise<void>
}

/** Keeps a checkpoint in a file that only its owner may read. Replaced whole, never half. */
export function checkpointFile(path: string): CheckpointPlace {
  const fresh = `${path}.new`
  return {
    load: async () => {
      try {
        return CHECKPOINT.parse(JSON.parse(await readFile(path, 'utf8')))
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        const message = `The collector's checkpoint ${path} cannot be read; remove it to begin anew`
        throw new Fault('INPUT_UNREADABLE', message, { cause })
      }
    },
    save: async (checkpoint) => {
      try {
        const file = await open(fresh, 'w', 0o600)
        try {
          await file.writeFile(JSON.stringify(checkpoint))
          await file.datasync()
        } finally {
          await file.close()
        }
        await rename(fresh, path)
      } catch (cause) {
        throw new Fault('OUTPUT_UNWRITABLE', `The checkpoint ${path} cannot be written`, { cause })
      }
    },
  }
}

/** For what is read once: nothing is kept. */
export const NO_CHECKPOINT: CheckpointPlace = {
  load: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
}
