import { mkdirSync } from 'node:fs'

import { Fault } from '#domain/fault.ts'
import type { Settings } from '#runtime/config.ts'

/** Whether these settings mean Kafka and not one directory. */
export function isDistributed(settings: Settings): boolean {
  return settings.TOCSIN_BROKERS !== undefined
}

/** Makes a directory that only its owner may enter. @throws Fault OUTPUT_UNWRITABLE */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Fault('OUTPUT_UNWRITABLE', `Cannot make the directory ${directory}: ${code}`, {
      cause,
    })
  }
}
