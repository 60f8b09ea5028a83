import { idOf } from '#domain/ids.ts'
import { keyOf } from '#domain/lane.ts'
import type { IncomingRecord } from '#domain/log.ts'
import type { StageOutput } from '#domain/stage.ts'
import type { TopicName } from '#domain/topics.ts'

/** The reject of a record of a topic that `service` cannot use. One id whoever rejects it. */
export function rejectedRecord(
  place: { topic: TopicName; partition: number },
  record: IncomingRecord,
  reason: string,
  service: string,
): StageOutput {
  const position = String(record.offset)
  const rejectId = idOf('reject', place.topic, String(place.partition), position, reason)
  return {
    topic: 'rejects.v1',
    schema: 'rejects.v1',
    key: keyOf('-', place.topic),
    value: {
      reject_id: rejectId,
      tenant_id: null,
      source: place.topic,
      partition: place.partition,
      position: record.offset,
      reason,
      detail: 'the record does not hold what its topic promises',
      bytes: record.value?.length ?? 0,
      rejected_by: service,
      occurred_at: null,
    },
  }
}
