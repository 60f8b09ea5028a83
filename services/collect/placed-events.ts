import type { Reject } from '#domain/records/index.ts'
import { splitLines, type Line } from './lines.ts'
import { LINE_MAX_BYTES, type EventDefaults, type NormalizeLine } from './normalize/event.ts'
import { refuse, rejectOf, type Refusal } from './normalize/reject.ts'
import type { PlacedEvent } from './order.ts'
import type { InputReading } from './source.ts'

/** What a few lines became, in the order of the lines. */
export type PlacedBatch = { events: PlacedEvent[]; rejects: Reject[]; unknownFieldCount: number }

export type PlacedOptions = {
  normalize: NormalizeLine
  /** What rejects call the input. */
  sourceName: string
  lineMaxBytes?: number
  defaults?: EventDefaults
}

/** Reads an input's lines as events and rejects; a cut or damaged input adds one reject. */
export async function* readPlacedEvents(
  reading: InputReading,
  options: PlacedOptions,
): AsyncIterable<PlacedBatch> {
  const lineMaxBytes = options.lineMaxBytes ?? LINE_MAX_BYTES
  let afterLastLine = 1
  let isCutReported = false
  for await (const lines of splitLines(reading.chunks, { lineMaxBytes })) {
    const batch: PlacedBatch = { events: [], rejects: [], unknownFieldCount: 0 }
    for (const line of lines) {
      afterLastLine = line.number + (line.isEnded ? 1 : 0)
      const refusal = placeLine(line, batch, options)
      if (refusal === undefined) continue
      const isCut = !line.isEnded && reading.damage() !== undefined
      isCutReported ||= isCut
      batch.rejects.push(rejectLine(line, isCut ? cutRefusal(reading) : refusal, options))
    }
    yield batch
  }
  if (reading.damage() === undefined || isCutReported) return
  const end: Line = { number: afterLastLine, bytes: undefined, byteCount: 0, isEnded: false }
  const reject = rejectLine(end, cutRefusal(reading), options)
  yield { events: [], rejects: [reject], unknownFieldCount: 0 }
}

function placeLine(line: Line, batch: PlacedBatch, options: PlacedOptions): Refusal | undefined {
  const { number, bytes } = line
  const lineMaxBytes = options.lineMaxBytes ?? LINE_MAX_BYTES
  if (bytes === undefined) return refuse('LINE_TOO_LONG', `the limit is ${lineMaxBytes} bytes`)
  const normalized = options.normalize(bytes, { ...options.defaults, lineMaxBytes })
  if (!normalized.ok) return normalized
  const { layer, topic, event } = normalized
  batch.events.push({ layer, topic, event, line: number, bytes } as PlacedEvent)
  batch.unknownFieldCount += normalized.unknownFieldCount
  return undefined
}

function rejectLine(line: Line, refusal: Refusal, options: PlacedOptions): Reject {
  const place = { source: options.sourceName, partition: 0, position: line.number }
  return rejectOf({ ...place, bytes: line.byteCount }, refusal)
}

function cutRefusal(reading: InputReading): Refusal {
  const what = reading.damage() === 'truncated' ? 'ends early' : 'is damaged from here on'
  return refuse('TRUNCATED_INPUT', `the compressed input ${what}`)
}
