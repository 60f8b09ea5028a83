import { EventEmitter, once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

import type { Codec } from '#domain/codec.ts'
import { DoorRefusal, type DoorRequest, type DoorRoute } from '#domain/door.ts'
import { readProgress } from '#domain/headers.ts'
import type { JsonObject } from '#domain/json-form.ts'
import type { IncomingRecord, Log } from '#domain/log.ts'
import type { Enforcement } from '#domain/records/index.ts'

/** Whoever hears nothing for longer takes the stream for dead. */
const ALIVE_EVERY_MS = 1_000
/** A reader that leaves so many records unread is cut off; it comes back by offset. */
const UNREAD_MAX_COUNT = 10_000
const TOPIC = 'enforcement.v1'

export type EnforcementDoorParts = {
  log: Pick<Log, 'follow' | 'endOffsets'>
  codec: Pick<Codec, 'prepare' | 'decode'>
  toJson: (enforcement: Enforcement) => JsonObject
}

type Arrived = { partition: number; record: IncomingRecord }

/**
 * `GET /v1/enforcement`: the topic whole and every change, as server-sent events. An event's id is
 * the next offset of each partition, joined by dots; `Last-Event-ID`, or `?from=`, goes on from
 * there. `restriction` holds a record, or none where it was deleted; `unreadable` says that one
 * could not be decoded; `current` comes once all there was at the start has been told.
 */
export function enforcementRoute(parts: EnforcementDoorParts): DoorRoute {
  return {
    method: 'GET',
    path: '/v1/enforcement',
    roles: ['tap', 'admin'],
    handle: async (request) => {
      const from = positionsOf(request)
      const ends = await parts.log.endOffsets(TOPIC)
      if (from.length > 0 && from.length !== ends.length)
        throw new DoorRefusal(400, 'BAD_REQUEST', `The topic has ${ends.length} partitions`)
      // Behind the end is where another log was read, which is gone.
      const next = ends.map((end, partition) => {
        const asked = from[partition] ?? 0
        return asked > end ? 0 : asked
      })
      const text = events(parts, next, ends, request.signal)
      return { status: 200, contentType: 'text/event-stream; charset=utf-8', text }
    },
  }
}

async function* events(
  parts: EnforcementDoorParts,
  next: number[],
  ends: readonly number[],
  signal: AbortSignal,
): AsyncIterable<string> {
  const arrival = new EventEmitter()
  let arrived: Arrived[] = []
  const overrun = new AbortController()
  const ending = AbortSignal.any([signal, overrun.signal])
  const unreadMaxCount = ends.reduce((sum, end) => sum + end, UNREAD_MAX_COUNT)
  const stop = await parts.log.follow(TOPIC, ({ partition, records }) => {
    for (const record of records)
      if (record.offset >= (next[partition] ?? 0)) arrived.push({ partition, record })
    if (arrived.length > unreadMaxCount) overrun.abort()
    arrival.emit('records')
  })
  let isCurrent = false
  try {
    yield ': restrictions\n\n'
    while (!ending.aborted) {
      const batch = arrived
      arrived = []
      await parts.codec.prepare(
        TOPIC,
        batch.map(({ record }) => record.value),
      )
      for (const one of batch) yield eventOf(parts, one, next)
      if (!isCurrent) {
        isCurrent = true
        yield `id: ${next.join('.')}\nevent: current\ndata: {}\n\n`
      } else if (batch.length === 0) yield ': alive\n\n'
      if (arrived.length === 0) await somethingOrTime(arrival, ending)
    }
  } finally {
    await stop()
  }
}

async function somethingOrTime(arrival: EventEmitter, signal: AbortSignal): Promise<void> {
  const done = new AbortController()
  const ending = AbortSignal.any([signal, done.signal])
  const quiet = (): undefined => undefined
  const waits = [
    once(arrival, 'records', { signal: ending }),
    wait(ALIVE_EVERY_MS, undefined, { signal: ending }),
  ].map((one) => one.then(quiet, quiet))
  await Promise.race(waits)
  done.abort()
}

function eventOf(
  parts: EnforcementDoorParts,
  { partition, record }: Arrived,
  next: number[],
): string {
  const { key, value, offset, headers } = record
  next[partition] = offset + 1
  if (value === null && readProgress(key, headers) !== undefined) return ''
  const decoded = value === null ? undefined : parts.codec.decode(TOPIC, value)
  const isUnreadable = decoded?.ok === false || record.corrupt
  const found = decoded?.ok === true && !record.corrupt ? parts.toJson(decoded.value) : null
  const data = JSON.stringify({ partition, offset, key, record: found })
  const name = isUnreadable ? 'unreadable' : 'restriction'
  return `id: ${next.join('.')}\nevent: ${name}\ndata: ${data}\n\n`
}

function positionsOf(request: DoorRequest): number[] {
  const text = request.headers['last-event-id'] ?? request.query['from'] ?? ''
  if (text === '') return []
  const positions = text.split('.').map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : NaN))
  if (positions.every(Number.isSafeInteger)) return positions
  throw new DoorRefusal(400, 'BAD_REQUEST', 'A position is the next offsets joined by dots')
}
