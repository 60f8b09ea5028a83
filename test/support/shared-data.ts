import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Where the recorded data for tests and measurements lies, beside the project. */
const SHARED_DIRECTORY = resolve(process.env['TOCSIN_SHARED_DIR'] ?? '../shared')

/** A file of the shared data; undefined, said once on standard error, where it is absent. */
export function sharedFile(name: string): string | undefined {
  return existing('data', name)
}

/** A schema of another body, to hold ours to; undefined, said so, where it is absent. */
export function sharedConformance(name: string): string | undefined {
  return existing('conformance', name)
}

function existing(kind: 'data' | 'conformance', name: string): string | undefined {
  const path = join(SHARED_DIRECTORY, kind, name)
  if (existsSync(path)) return path
  process.stderr.write(`the ${kind} ${name} is absent (TOCSIN_SHARED_DIR): its tests skip\n`)
  return undefined
}
