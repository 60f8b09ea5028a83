import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { Fault } from '#domain/fault.ts'

const RECORD = z.object({
  input_sha256: z.string(),
  event_count: z.number().int().min(0),
  reject_count: z.number().int().min(0),
})

/** How far a replay has published its input: kept in the data directory, so that it can resume. */
export type RunRecord = z.infer<typeof RECORD>

/**
 * The record of the run that a directory holds; undefined for a fresh one.
 *
 * @throws Fault BAD_USAGE where the directory holds another input's run.
 */
export function readRunRecord(directory: string, inputSha256: string): RunRecord | undefined {
  const path = recordPath(directory)
  if (!existsSync(path)) return undefined
  const parsed = RECORD.safeParse(parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Fault('BAD_USAGE', `${path} is damaged; use another --data-dir`)
  if (parsed.data.input_sha256 !== inputSha256)
    throw new Fault(
      'BAD_USAGE',
      `${directory} holds the run of another input; use another --data-dir`,
    )
  return parsed.data
}

/** Writes the record in one step: a reader sees the old or the new one. */
export function writeRunRecord(directory: string, record: RunRecord): void {
  const path = recordPath(directory)
  writeFileSync(`${path}.new`, JSON.stringify(record))
  renameSync(`${path}.new`, path)
}

function recordPath(directory: string): string {
  return join(directory, 'run.json')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
