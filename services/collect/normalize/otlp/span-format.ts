import { MINUTE_US } from '#domain/time.ts'
import type { Format, LogEvent, Reading } from '../format.ts'
import { spansOf, type Span } from './spans.ts'

/** What one span tells: an event, that another record tells the same, or something else. */
export type SpanReading = LogEvent | 'TOLD_ELSEWHERE' | 'OTHER_SUBJECT'

/** Reads one span; what it remembers saves time and changes no answer. */
export type SpanReader = (span: Span) => SpanReading

/**
 * A format of spans, each read by the first of the readers that has an event of it. Spans of a
 * record that are unsound are counted in `extra.spans_refused` of its first event.
 */
export function spanFormat(
  name: string,
  title: string,
  openReaders: () => readonly SpanReader[],
): Format {
  return {
    name,
    title,
    framing: 'line',
    latenessUs: LATENESS_US,
    open() {
      const readers = openReaders()
      return { read: (record) => readSpans(record, readers), memory: () => '' }
    },
  }
}

/** Spans are sent once they end, in batches. */
const LATENESS_US = 5 * MINUTE_US

function readSpans(record: Buffer, readers: readonly SpanReader[]): Reading {
  const read = spansOf(record)
  if (!read.ok) return read
  const events: LogEvent[] = []
  let why: 'TOLD_ELSEWHERE' | 'OTHER_SUBJECT' = 'OTHER_SUBJECT'
  for (const span of read.spans) {
    for (const reader of readers) {
      const reading = reader(span)
      if (typeof reading === 'object') {
        events.push(reading)
        break
      }
      if (reading === 'TOLD_ELSEWHERE') why = reading
    }
  }
  const [first] = events
  if (first === undefined) return { ok: 'skipped', why }
  if (read.unsoundCount > 0)
    first.facts.extra = { ...first.facts.extra, spans_refused: String(read.unsoundCount) }
  return { ok: true, events }
}
