import { mkdtemp, rm, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Fault } from '#domain/fault.ts'
import type { NormalizeLine } from './normalize/event.ts'
import { compareEvents, type OrderedBatch, type PlacedEvent } from './order.ts'
import type { PlacedBatch } from './placed-events.ts'
import { RunReader, writeRun } from './run-file.ts'

export type ExternalSortOptions = {
  normalize: NormalizeLine
  /** A run holds about so much; memory holds one run, or a buffer for each of the runs merged. */
  runMaxBytes: number
  sizeOf: (batch: PlacedBatch) => number
  temporaryDirectory?: string | undefined
  mergeMaxCount?: number
}

const MERGE_MAX_COUNT = 64
const BATCH_COUNT = 1_000

/**
 * Sorts more events than fit in memory: sorted runs in a temporary directory, then merged. Rejects
 * come first, events after the last of the input has been read.
 *
 * @throws Fault OUTPUT_UNWRITABLE, and what reading the input throws.
 */
export async function* sortExternally(
  batches: AsyncIterable<PlacedBatch>,
  options: ExternalSortOptions,
): AsyncIterable<OrderedBatch> {
  const mergeMaxCount = options.mergeMaxCount ?? MERGE_MAX_COUNT
  const parent = options.temporaryDirectory ?? tmpdir()
  const directory = await mkdtemp(join(parent, 'tocsin-sort-')).catch(throwAsFault(parent))
  let runCount = 0
  const newRun = (): string => join(directory, `run-${runCount++}`)
  try {
    let runs: string[] = []
    let events: PlacedEvent[] = []
    let heldBytes = 0
    for await (const batch of batches) {
      if (batch.rejects.length > 0) yield { events: [], rejects: batch.rejects }
      for (const event of batch.events) events.push(event)
      heldBytes += options.sizeOf(batch)
      if (heldBytes < options.runMaxBytes) continue
      runs.push(await spill(events, newRun(), parent))
      events = []
      heldBytes = 0
    }
    if (events.length > 0) runs.push(await spill(events, newRun(), parent))
    events = []
    while (runs.length > mergeMaxCount) {
      const merged = newRun()
      const first = runs.slice(0, mergeMaxCount)
      await writeRun(merged, mergeRuns(first, options.normalize)).catch(throwAsFault(parent))
      for (const run of first) await unlink(run)
      runs = [...runs.slice(mergeMaxCount), merged]
    }
    for await (const sorted of mergeRuns(runs, options.normalize))
      yield { events: sorted, rejects: [] }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function spill(events: PlacedEvent[], path: string, parent: string): Promise<string> {
  events.sort(compareEvents)
  await writeRun(path, [events]).catch(throwAsFault(parent))
  return path
}

/** The events of sorted runs in one order, in batches. */
async function* mergeRuns(
  paths: readonly string[],
  normalize: NormalizeLine,
): AsyncIterable<PlacedEvent[]> {
  const readers: RunReader[] = []
  try {
    for (const path of paths) readers.push(await RunReader.open(path, normalize))
    const heap = readers.filter((reader) => reader.head !== undefined)
    for (let index = (heap.length >> 1) - 1; index >= 0; index--) siftDown(heap, index)
    let batch: PlacedEvent[] = []
    for (let [first] = heap; first !== undefined; [first] = heap) {
      if (first.head !== undefined) batch.push(first.head)
      if (!first.next()) await first.fill()
      if (first.head === undefined) {
        const last = heap.pop()
        if (last !== undefined && heap.length > 0) heap[0] = last
      }
      siftDown(heap, 0)
      if (batch.length < BATCH_COUNT) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } finally {
    for (const reader of readers) await reader.close()
  }
}

/** Restores the order of a heap, smallest head first, below one place. */
function siftDown(heap: RunReader[], start: number): void {
  const moving = heap[start]
  if (moving === undefined) return
  let index = start
  for (;;) {
    let child = 2 * index + 1
    let least = heap[child]
    if (least === undefined) break
    const right = heap[child + 1]
    if (right !== undefined && isBefore(right, least)) {
      child += 1
      least = right
    }
    if (!isBefore(least, moving)) break
    heap[index] = least
    index = child
  }
  heap[index] = moving
}

function isBefore(left: RunReader, right: RunReader): boolean {
  if (left.head === undefined || right.head === undefined) return left.head !== undefined
  return compareEvents(left.head, right.head) < 0
}

function throwAsFault(parent: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof Fault) throw cause
    const code = (cause as NodeJS.ErrnoException).code
    if (code === undefined) throw cause
    const reason = code === 'ENOSPC' ? 'no space is left' : `the system says ${code}`
    const message = `Cannot sort the input in ${parent}: ${reason}`
    throw new Fault('OUTPUT_UNWRITABLE', message, { cause })
  }
}
