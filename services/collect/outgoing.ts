import type { Codec } from '#domain/codec.ts'
import { progressRecord } from '#domain/headers.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { OutgoingRecord } from '#domain/log.ts'
import type { Alert, Reject } from '#domain/records/index.ts'
import { EVENT_TOPICS } from '#domain/topics.ts'
import type { LayerEvent } from './normalize/event.ts'
import { rejectKey } from './normalize/reject.ts'
import { eventKey } from './session.ts'

/** A collector's promise: nothing older than `watermarkUs` from this writer any more. */
export type CollectorPromise = { writer: string; watermarkUs: number; leaseMs: number | undefined }

/** An event on its way to its topic and lane. */
export function eventRecord(codec: Codec, laneCount: number, placed: LayerEvent): OutgoingRecord {
  const { topic, event } = placed
  const key = eventKey(event)
  const value = codec.encode(topic, event)
  return { topic, partition: partitionOf(key, laneCount), key, value, headers: {} }
}

/** A reject on its way. */
export function rejectRecord(codec: Codec, laneCount: number, reject: Reject): OutgoingRecord {
  const key = rejectKey(reject)
  const value = codec.encode('rejects.v1', reject)
  return { topic: 'rejects.v1', partition: partitionOf(key, laneCount), key, value, headers: {} }
}

/** An alert of kind `external` on its way. */
export function alertRecord(codec: Codec, laneCount: number, alert: Alert): OutgoingRecord {
  const key = keyOf(alert.tenant_id, alert.session_id)
  const value = codec.encode('alerts.v1', alert)
  return { topic: 'alerts.v1', partition: partitionOf(key, laneCount), key, value, headers: {} }
}

/** A promise on its way to every lane of every events topic. */
export function promiseRecords(promise: CollectorPromise, laneCount: number): OutgoingRecord[] {
  const lanes = Array.from({ length: laneCount }, (_, lane) => lane)
  return EVENT_TOPICS.flatMap((topic) =>
    lanes.map((lane): OutgoingRecord => {
      const { key, headers } = progressRecord({ ...promise, lane })
      return { topic, partition: lane, key, value: null, headers }
    }),
  )
}
