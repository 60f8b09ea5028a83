import type { Codec } from '#domain/codec.ts'
import { idOf } from '#domain/ids.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Log, OutgoingRecord } from '#domain/log.ts'
import { OCSF_TOPIC } from '#domain/topics.ts'
import type { Unusable } from './batches.ts'

const TOPIC = 'rejects.v1'

/** The reject of a finding that one sink never got. */
export function rejectRecord(
  { place, reason, bytes }: Unusable,
  sink: string,
  { log, codec }: { log: Log; codec: Codec },
): OutgoingRecord {
  const { partition, offset } = place
  const key = keyOf('-', OCSF_TOPIC)
  const value = codec.encode(TOPIC, {
    reject_id: idOf('reject', OCSF_TOPIC, String(partition), String(offset), reason, sink),
    tenant_id: null,
    source: OCSF_TOPIC,
    partition,
    position: offset,
    reason,
    detail: `the sink ${sink} did not get it`,
    bytes,
    rejected_by: 'export',
    occurred_at: null,
  })
  return { topic: TOPIC, partition: partitionOf(key, log.laneCount), key, value, headers: {} }
}
