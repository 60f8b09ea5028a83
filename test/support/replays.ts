import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { createLogger } from '#runtime/logger.ts'
import { runReplay, type ReplayOutcome, type ReplayRequest } from '../../services/cli/run-replay.ts'
import { writeResults } from '../../services/cli/write-results.ts'

export const SCENARIO_FILE = fileURLToPath(
  new URL('../../services/cli/scenario/helpdesk.ndjson', import.meta.url),
)
export const SCENARIO_INVENTORY = fileURLToPath(
  new URL('../../services/cli/scenario/inventory.yaml', import.meta.url),
)

/** What `replay --out` writes that must be the same bytes for equal events. */
export type ResultFiles = { alerts: string; incidents: string }

/** Replays a file in this process. `differs` replaces what it names. */
export function replayOf(
  path: string,
  differs: Partial<ReplayRequest> = {},
): Promise<ReplayOutcome> {
  return runReplay({
    path,
    environment: { TOCSIN_INVENTORY: SCENARIO_INVENTORY },
    dataDirectory: undefined,
    prefix: undefined,
    runsStages: true,
    keepsEvidence: false,
    logger: createLogger('silent'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...differs,
  })
}

/** Replays a file in this process and reads back the files it wrote. */
export async function resultFiles(
  path: string,
  differs: Partial<ReplayRequest> = {},
): Promise<ResultFiles> {
  const outcome = await replayOf(path, differs)
  const directory = aDirectory()
  try {
    writeResults(directory, outcome)
    return readResultFiles(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

export function readResultFiles(directory: string): ResultFiles {
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
  return { alerts: read('alerts.ndjson'), incidents: read('incidents.ndjson') }
}

/** A fresh directory under the system's temporary one. */
export function aDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'tocsin-test-'))
}
