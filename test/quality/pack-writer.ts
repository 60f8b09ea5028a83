import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** One canonical event as a line of a pack holds it; `collector_seq` is the writer's to give. */
export type PackEvent = {
  event_id: string
  session_id: string
  occurred_at: string
  collector_id: string
  action?: string
  call_id?: string
  tool_name?: string
  arguments?: string
  content?: string
  content_bytes?: number
  [field: string]: unknown
}

/** What people know about a session: one line of a pack's labels. */
export type SessionLine = {
  session_id: string
  suite: string
  user_task: string
  attack: string | null
  label: 'benign' | 'injection_succeeded' | 'injection_resisted' | 'injected_not_exposed'
  severity: string | null
  [field: string]: unknown
}

/** What people know about one event: one line of a pack's labels. */
export type EventLine = {
  event_id: string
  session_id: string
  label: 'injection_exposed' | 'attacker_action'
}

/** The labels of one session: its events' lines first, as they stand in a pack. */
export type SessionLabels = { session: SessionLine; events: EventLine[] }

/** One session with its labels; the events in the order in which they happened. */
export type LabelledSession = { events: PackEvent[]; labels: SessionLabels }

/** Where a pack was written and how much of it there is. */
export type WrittenPack = {
  eventsPath: string
  labelsPath: string
  sessionCount: number
  eventCount: number
}

/**
 * Writes `<name>.events.ndjson.gz` and `<name>.labels.ndjson.gz` under `directory`, which it makes.
 * Events stand in the order of their time, those of one moment in the order given; each collector
 * counts its own from 1. The same sessions give the same bytes.
 */
export function writePack(
  directory: string,
  name: string,
  sessions: Iterable<LabelledSession>,
): WrittenPack {
  const listed = [...sessions]
  const events = numbered(listed.flatMap((session) => session.events))
  const labels = listed.flatMap(({ labels: { session, events: lines } }) => [...lines, session])
  const eventsPath = join(directory, `${name}.events.ndjson.gz`)
  const labelsPath = join(directory, `${name}.labels.ndjson.gz`)
  mkdirSync(directory, { recursive: true })
  writeFileSync(eventsPath, gzippedLines(events))
  writeFileSync(labelsPath, gzippedLines(labels))
  return { eventsPath, labelsPath, sessionCount: listed.length, eventCount: events.length }
}

/** The events in time order, `collector_seq` counted by collector. */
export function numbered(events: readonly PackEvent[]): PackEvent[] {
  const lastSequences = new Map<string, number>()
  return events
    .map((event) => ({ event, key: timeKey(event.occurred_at) }))
    .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .map(({ event }) => {
      const sequence = (lastSequences.get(event.collector_id) ?? 0) + 1
      lastSequences.set(event.collector_id, sequence)
      return { ...event, collector_seq: sequence }
    })
}

const FRACTION_DIGITS = 9

/** A UTC time as text that sorts by time, whatever number of decimals it was written with. */
function timeKey(occurredAt: string): string {
  const [seconds = '', fraction = ''] = occurredAt.replace(/Z$/, '').split('.')
  return `${seconds}.${fraction.padEnd(FRACTION_DIGITS, '0')}`
}

function gzippedLines(lines: readonly object[]): Buffer {
  return gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}
