import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import { Outbox, type OutboxOptions } from './outbox.ts'

type OutboxRules = Pick<OutboxOptions, 'maxBytes' | 'whenFull'>

const ENDING = '.outbox'
const ID_BYTES = 6
const ORPHANS_MAX_COUNT = 16
const NAME_MAX_CHARS = 40

/** The directory of a machine's taps, which they share. @throws Fault OUTPUT_UNWRITABLE */
export function makeTapDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return directory
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `Cannot make the directory ${directory}: ${code}`
    throw new Fault('OUTPUT_UNWRITABLE', message, { cause })
  }
}

/** A new outbox, of a collector of its own. @throws Fault OUTPUT_UNWRITABLE */
export function newOutbox(directory: string, serverId: string, rules: OutboxRules): Outbox {
  const name = serverId.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, NAME_MAX_CHARS)
  const collectorId = `tap-${name}-${randomBytes(ID_BYTES).toString('hex')}`
  return new Outbox({ ...rules, collectorId, path: join(directory, collectorId + ENDING) })
}

/** Outboxes that taps left behind which were killed; each is ours from now on. */
export function orphanedOutboxes(directory: string, rules: OutboxRules): Outbox[] {
  const found: Outbox[] = []
  for (const file of readdirSync(directory)
    .filter((name) => name.endsWith(ENDING))
    .sort()) {
    if (found.length >= ORPHANS_MAX_COUNT) break
    const collectorId = file.slice(0, -ENDING.length)
    try {
      found.push(new Outbox({ ...rules, collectorId, path: join(directory, file) }))
    } catch (error) {
      // A tap that lives has it, or it is no outbox: it is somebody else's to look at.
      if (!(error instanceof Fault)) throw error
    }
  }
  return found
}

/** Takes an outbox away whose events have all been delivered. */
export function removeOutbox(directory: string, outbox: Outbox): void {
  outbox.close()
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    rmSync(join(directory, outbox.collectorId + ENDING + suffix), { force: true })
}
