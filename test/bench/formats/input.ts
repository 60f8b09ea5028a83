import type { Format } from '../../../services/collect/normalize/format.ts'
import { goldenFiles, goldenRecords } from '../../collect/normalize/golden-records.ts'

/** What is read in one pass: the header first, then records that tell an event. */
export type BenchInput = {
  headers: Buffer[]
  records: Buffer[]
  /** The same records as text where each is JSON; undefined: the format is another. */
  json: string[] | undefined
  eventsPerRecord: number
}

type Good = { text: string; events: number }

/**
 * Numbers with three digits or more are varied, so that nothing is read from a cache; a date in
 * front of a time of day is none.
 */
const VARIED = /(?<![\d.:a-f+-])\d{3,15}(?![\d:-]| \d\d:)/g

/**
 * The golden records of a format that give events, again and again with other numbers: as many
 * records as give `eventsCount` events.
 *
 * @throws TypeError where a format has no golden record that gives an event.
 */
export function benchInput(format: Format, eventsCount: number): BenchInput {
  const golden = goldenFiles(format).flatMap((file) => goldenRecords(format, file))
  const reader = format.open()
  const headers: Buffer[] = []
  const good: Good[] = []
  for (const record of golden) {
    const reading = reader.read(record)
    if (reading.ok === true && reading.events.length > 0)
      good.push({ text: record.toString('utf8'), events: reading.events.length })
    else if (reading.ok === 'skipped' && reading.why === 'HEADER' && good.length === 0)
      headers.push(record)
  }
  const usable = usableOf(format, headers, good)
  if (usable.length === 0) throw new TypeError(`${format.name} has no golden record with events`)
  const eventsPerRecord = usable.reduce((sum, { events }) => sum + events, 0) / usable.length
  const recordsCount = Math.max(usable.length, Math.ceil(eventsCount / eventsPerRecord))
  const texts = Array.from({ length: recordsCount }, (_, index) =>
    varied(usable[index % usable.length]!.text, index),
  )
  return {
    headers,
    records: texts.map((text) => Buffer.from(text)),
    json: texts.slice(0, usable.length).every(isJson) ? texts : undefined,
    eventsPerRecord,
  }
}

/**
 * Those that give their events behind the first headers alone and after all the others: some
 * records tell only what no other has told.
 */
function usableOf(format: Format, headers: readonly Buffer[], good: readonly Good[]): Good[] {
  const reader = format.open()
  for (const header of headers) reader.read(header)
  for (const { text } of good) reader.read(Buffer.from(text))
  return good.filter(({ text, events }) => {
    const reading = reader.read(Buffer.from(varied(text, 1)))
    return reading.ok === true && reading.events.length === events
  })
}

/** The last two digits of long numbers, changed: lengths, ranges and types stay. */
function varied(text: string, index: number): string {
  const digits = String(index % 100).padStart(2, '0')
  return text.replace(VARIED, (number) => `${number.slice(0, -2)}${digits}`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
