import type { Format } from '../../../services/collect/normalize/format.ts'
import type { BenchInput } from './input.ts'

/** Processor time of one pass over all records, in microseconds a record: medians over passes. */
export type Measured = {
  name: string
  recordsCount: number
  eventsPerRecord: number
  recordBytes: number
  readUs: number
  /** `JSON.parse` of the same records as text; undefined where they are not JSON. */
  parseUs: number | undefined
  /** The median of what parsing took of reading, pass by pass; undefined as `parseUs`. */
  ratio: number | undefined
  /** How much of the records gave events: all, unless variation spoiled some. */
  goodShare: number
}

const PASSES_COUNT = 15

/**
 * Reads and parses in turns, so that a busy neighbour disturbs both alike. `collectGarbage` runs
 * once before: between turns it would cost V8 the shapes that compiled code relies on.
 */
export function measure(format: Format, input: BenchInput, collectGarbage: () => void): Measured {
  const reads: number[] = []
  const parses: number[] = []
  const ratios: number[] = []
  let goodCount = 0
  collectGarbage()
  for (let pass = 0; pass <= PASSES_COUNT; pass += 1) {
    const parseUs = input.json === undefined ? undefined : timed(input, parseAll)
    const readUs = timed(input, ({ headers, records }) => {
      goodCount = readAll(format, headers, records)
    })
    if (pass === 0) continue
    reads.push(readUs)
    if (parseUs === undefined) continue
    parses.push(parseUs)
    ratios.push(parseUs / readUs)
  }
  const { records } = input
  return {
    name: format.name,
    recordsCount: records.length,
    eventsPerRecord: input.eventsPerRecord,
    recordBytes: records.reduce((sum, { length }) => sum + length, 0) / records.length,
    readUs: median(reads),
    parseUs: parses.length === 0 ? undefined : median(parses),
    ratio: ratios.length === 0 ? undefined : median(ratios),
    goodShare: goodCount / records.length,
  }
}

function readAll(format: Format, headers: readonly Buffer[], records: readonly Buffer[]): number {
  const reader = format.open()
  for (const header of headers) reader.read(header)
  let goodCount = 0
  for (const record of records) if (reader.read(record).ok === true) goodCount += 1
  return goodCount
}

function parseAll({ json }: BenchInput): void {
  let objectsCount = 0
  for (const text of json ?? []) if (typeof JSON.parse(text) === 'object') objectsCount += 1
  if (objectsCount !== json?.length) throw new TypeError('a record is no JSON object')
}

function timed(input: BenchInput, run: (input: BenchInput) => void): number {
  const before = process.cpuUsage()
  run(input)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / input.records.length
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}
