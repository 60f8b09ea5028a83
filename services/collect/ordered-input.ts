import { Fault } from '#domain/fault.ts'
import type { Reject } from '#domain/records/index.ts'
import { sortExternally } from './external-sort.ts'
import { compareEvents, type OrderedBatch, type PlacedEvent } from './order.ts'
import { readPlacedEvents, type PlacedBatch, type PlacedOptions } from './placed-events.ts'
import type { Input } from './source.ts'
import type { Damage } from './sources/decompress.ts'

/** What an input holds, known before its first event goes anywhere. */
export type InputStats = {
  acceptedCount: number
  rejectedCount: number
  unknownFieldCount: number
  /** Of the raw input, hex. */
  sha256: string
  /** The input was not in order. */
  wasSorted: boolean
  /** What is wrong with its compressed form; undefined: nothing. */
  damage: Damage | undefined
}

/** An input whose events come in the order of time.md, each time the same. */
export type OrderedInput = {
  stats: InputStats
  /** @throws Fault INPUT_UNREADABLE where the input has changed since, OUTPUT_UNWRITABLE. */
  batches(): AsyncIterable<OrderedBatch>
}

export type OrderOptions = PlacedOptions & {
  /** So much of the input, with what its events take, is held in memory; more is read again. */
  heldMaxBytes?: number
  /** Where runs go when what is not in order does not fit. */
  temporaryDirectory?: string | undefined
}

const HELD_MAX_BYTES = 128 * 1024 * 1024
/** About what an event takes beside its line. */
const EVENT_OVERHEAD_BYTES = 512
const BATCH_COUNT = 1_000

/**
 * Reads an input once, whole: counts, hashes, and looks whether it is in order. What fits in memory
 * is kept; a larger input is read a second time by `batches`, and sorted on disk if it must be.
 *
 * @throws Fault INPUT_UNREADABLE.
 */
export async function orderInput(input: Input, options: OrderOptions): Promise<OrderedInput> {
  const heldMaxBytes = options.heldMaxBytes ?? HELD_MAX_BYTES
  const counts = { acceptedCount: 0, rejectedCount: 0, unknownFieldCount: 0 }
  let held: { events: PlacedEvent[]; rejects: Reject[] } | undefined = { events: [], rejects: [] }
  let heldBytes = 0
  let previous: PlacedEvent | undefined
  let wasSorted = false
  const reading = input.read()
  for await (const batch of readPlacedEvents(reading, options)) {
    counts.acceptedCount += batch.events.length
    counts.rejectedCount += batch.rejects.length
    counts.unknownFieldCount += batch.unknownFieldCount
    for (const event of batch.events) {
      wasSorted ||= previous !== undefined && compareEvents(previous, event) > 0
      previous = event
    }
    heldBytes += sizeOf(batch)
    if (heldBytes > heldMaxBytes) held = undefined
    for (const event of batch.events) held?.events.push(event)
    for (const reject of batch.rejects) held?.rejects.push(reject)
  }
  const sha256 = reading.sha256()
  const stats = { ...counts, sha256, wasSorted, damage: reading.damage() }
  if (held !== undefined) {
    if (wasSorted) held.events.sort(compareEvents)
    const { events, rejects } = held
    return { stats, batches: () => heldBatches(events, rejects) }
  }
  const again = (): AsyncIterable<PlacedBatch> => readAgain(input, options, sha256)
  if (!wasSorted) return { stats, batches: again }
  return {
    stats,
    batches: () => sortExternally(again(), { ...options, runMaxBytes: heldMaxBytes, sizeOf }),
  }
}

function sizeOf(batch: PlacedBatch): number {
  let bytes = batch.rejects.length * EVENT_OVERHEAD_BYTES
  for (const event of batch.events) bytes += event.bytes.length + EVENT_OVERHEAD_BYTES
  return bytes
}

async function* heldBatches(
  events: readonly PlacedEvent[],
  rejects: readonly Reject[],
): AsyncIterable<OrderedBatch> {
  const count = Math.max(events.length, rejects.length)
  for (let start = 0; start < count; start += BATCH_COUNT) {
    const end = start + BATCH_COUNT
    yield await Promise.resolve({
      events: events.slice(start, end),
      rejects: rejects.slice(start, end),
    })
  }
}

async function* readAgain(
  input: Input,
  options: OrderOptions,
  sha256: string,
): AsyncIterable<PlacedBatch> {
  const reading = input.read()
  yield* readPlacedEvents(reading, options)
  if (reading.sha256() !== sha256)
    throw new Fault('INPUT_UNREADABLE', 'The input has changed while it was being read')
}
