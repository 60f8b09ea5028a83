import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { SCENARIO_FILE } from '../support/replays.ts'
import { sharedFile } from '../support/shared-data.ts'

/**
 * What every stage is measured on: events of recorded sessions, or the bundled ones over and over.
 */
export type Load = { path: string; describes: string }

const SESSION_ID = /"session_id": ?"([^"]+)"/
const EVENT_ID = /"event_id": ?"([^"]+)"/

/**
 * Writes a load of at least `eventsMinCount` events into a directory: copies differ in their ids.
 */
export function writeLoad(directory: string, eventsMinCount: number): Load {
  const recorded = sharedFile('agentdojo/train.events.ndjson.gz')
  const bytes =
    recorded === undefined ? readFileSync(SCENARIO_FILE) : gunzipSync(readFileSync(recorded))
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
  const copiesCount = Math.ceil(eventsMinCount / lines.length)
  const path = join(directory, 'load.ndjson')
  const copies = Array.from({ length: copiesCount }, (_, copy) =>
    lines.map((line) =>
      line
        .replace(SESSION_ID, `"session_id":"$1-${copy}"`)
        .replace(EVENT_ID, `"event_id":"$1-${copy}"`),
    ),
  )
  const all = copies.flat().slice(0, eventsMinCount)
  writeFileSync(path, `${all.join('\n')}\n`)
  const kind = recorded === undefined ? 'of the bundled scenario' : 'of recorded sessions'
  return { path, describes: `${all.length} events ${kind}` }
}
