import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type WireEvent = Record<string, unknown> & {
  action: string
  collector_seq: number
  session_id: string
  extra?: Record<string, string>
}

/** The events that stand in the outboxes of a data directory, by outbox. */
export function outboxEvents(directory: string): WireEvent[][] {
  const taps = join(directory, 'taps')
  const files = readdirSync(taps).filter((name) => name.endsWith('.outbox'))
  return files.map((file) => {
    const database = new DatabaseSync(join(taps, file))
    try {
      const rows = database.prepare('SELECT line FROM events ORDER BY seq').all()
      return rows.map((row) => JSON.parse(String(row['line'])) as WireEvent)
    } finally {
      database.close()
    }
  })
}
