import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type {
  EventLine,
  LabelledSession,
  PackEvent,
  SessionLabels,
  SessionLine,
} from './pack-writer.ts'

/** Reads a pack's sessions, sorted by session id: those that have both events and a label. */
export function readPack(eventsPath: string, labelsPath: string): LabelledSession[] {
  return labelledSessions(readEvents(eventsPath), readLines<SessionLine | EventLine>(labelsPath))
}

/** Reads a pack's events in the order of the file. */
function readEvents(eventsPath: string): PackEvent[] {
  return readLines<PackEvent>(eventsPath)
}

/** Puts events and label lines together by session. */
function labelledSessions(
  events: readonly PackEvent[],
  lines: readonly (SessionLine | EventLine)[],
): LabelledSession[] {
  const bySession = Map.groupBy(events, (event) => event.session_id)
  const linesBySession = Map.groupBy(lines, (line) => line.session_id)
  return [...bySession]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([id, sessionEvents]) => {
      const labels = labelsOf(linesBySession.get(id) ?? [])
      return labels === undefined ? [] : [{ events: sessionEvents, labels }]
    })
}

function labelsOf(lines: readonly (SessionLine | EventLine)[]): SessionLabels | undefined {
  const session = lines.find((line): line is SessionLine => !isEventLine(line))
  return session === undefined ? undefined : { session, events: lines.filter(isEventLine) }
}

function isEventLine(line: SessionLine | EventLine): line is EventLine {
  return 'event_id' in line
}

function readLines<Line>(path: string): Line[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
