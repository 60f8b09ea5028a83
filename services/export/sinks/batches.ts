import type { Chunk } from '#domain/log.ts'
import type { OcsfEvent } from '../ocsf.ts'
import type { Parcel, Sink } from './sink.ts'

/** Where a finding stands on the topic. */
type PlaceOnTopic = { partition: number; offset: number }

/** What no sink could take. */
export type Unusable = { place: PlaceOnTopic; reason: string; bytes: number }

/** Findings to send in one go, and how far the topic is read once they have arrived. */
export type Batch = {
  placed: { place: PlaceOnTopic; parcel: Parcel }[]
  unusable: Unusable[]
  nextOffsets: Map<number, number>
}

/**
 * The findings of some chunks in batches within the sink's limits, in their order. What is below
 * the severity asked for is passed over. The last batch brings every chunk to its end.
 */
export function batchesOf(
  chunks: readonly Chunk[],
  sink: Pick<Sink, 'encode' | 'limits'>,
  severityIdMin: number,
): Batch[] {
  const { maxCount, maxBytes } = sink.limits
  const batches: Batch[] = []
  let batch = emptyBatch()
  let sizeBytes = 0
  const cut = (): void => {
    batches.push(batch)
    batch = emptyBatch()
    sizeBytes = 0
  }
  for (const { partition, records, nextOffset } of chunks) {
    for (const { offset, value, corrupt } of records) {
      const place = { partition, offset }
      const event = corrupt || value === null ? undefined : eventOf(value)
      const body = event === undefined ? undefined : sink.encode(event)
      const bytes = body?.length ?? value?.length ?? 0
      if (event === undefined || body === undefined)
        batch.unusable.push({ place, reason: 'NOT_A_FINDING', bytes })
      else if (event.severity_id >= severityIdMin && bytes > maxBytes)
        batch.unusable.push({ place, reason: 'TOO_LARGE', bytes })
      else if (event.severity_id >= severityIdMin) {
        const isFull = batch.placed.length >= maxCount || sizeBytes + bytes > maxBytes
        if (isFull && batch.placed.length > 0) cut()
        batch.placed.push({ place, parcel: { event, body } })
        sizeBytes += bytes
      }
      batch.nextOffsets.set(partition, offset + 1)
    }
    batch.nextOffsets.set(partition, nextOffset)
  }
  if (batch.nextOffsets.size > 0) cut()
  return batches
}

function emptyBatch(): Batch {
  return { placed: [], unusable: [], nextOffsets: new Map() }
}

function eventOf(value: Buffer): OcsfEvent | undefined {
  try {
    const json = JSON.parse(value.toString('utf8')) as Partial<OcsfEvent> | null
    return json?.metadata?.uid === undefined ? undefined : (json as OcsfEvent)
  } catch {
    return undefined
  }
}
