import { sharedFile } from '../../support/shared-data.ts'
import { readPack } from '../pack-reader.ts'
import type { PackSession } from './candidates.ts'

/** The sessions of a recorded pack, with and without its wrapper; undefined where it is absent. */
export function recordedSessions(pack: string): PackSession[] | undefined {
  const events = sharedFile(`agentdojo/${pack}.events.ndjson.gz`)
  const plain = sharedFile(`agentdojo/${pack}.plain.events.ndjson.gz`)
  const labels = sharedFile(`agentdojo/${pack}.labels.ndjson.gz`)
  if (events === undefined || plain === undefined || labels === undefined) return undefined
  const plainSessions = readPack(plain, labels)
  return readPack(events, labels).map((session, index) => ({
    ...session,
    plainEvents: plainSessions[index]?.events ?? [],
  }))
}
