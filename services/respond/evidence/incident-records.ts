import type { Codec } from '#domain/codec.ts'
import { readProgress } from '#domain/headers.ts'
import type { Log, Position } from '#domain/log.ts'
import { EVENT_TOPICS, schemaOf, type TopicName } from '#domain/topics.ts'
import type { RawRecord } from './bundle-line.ts'

/** What a bundle reads the log with. */
export type LogReader = { log: Pick<Log, 'endOffsets' | 'readToEnd'>; codec: Codec }

/** Which records belong to an incident. */
export type RecordsWanted = {
  tenantId: string
  incidentId: string
  sessionIds: ReadonlySet<string>
  alertIds: ReadonlySet<string>
  eventIds: Set<string>
  sinceUs: number
  untilUs: number
}

type AnyRecord = {
  tenant_id?: string | null
  incident_id?: string | null
  alert_id?: string
  event_id?: string
  event_ids?: string[]
  origin_event_ids?: string[]
  session_id?: string
  occurred_at?: number
}

/** Records read at once: few enough that what a chunk leaves behind dies young. */
export const CHUNK_MAX_COUNT = 100

/** History first, then what it was made from. */
const TOPICS: readonly TopicName[] = [
  'incidents.v1',
  'cases.v1',
  'actions.v1',
  'enforcement.v1',
  'alerts.v1',
  ...EVENT_TOPICS,
]

/** A record, and the incidents it belongs to. */
export type FoundRecord = { record: RawRecord; incidentIds: string[] }

/**
 * Every record of these incidents that the log still holds, topic by topic, partition by partition,
 * from the offsets of `from` on (by `topic partition`; absent: the first), which are moved to where
 * reading goes on. An alert that is wanted makes the events that it names wanted too.
 */
export async function* readRecords(
  { log, codec }: LogReader,
  wanted: readonly RecordsWanted[],
  from = new Map<string, number>(),
): AsyncGenerator<FoundRecord> {
  for (const topic of TOPICS) {
    const schema = schemaOf(topic)
    const ends = await log.endOffsets(topic)
    for (const [partition] of ends.entries())
      for await (const chunk of log.readToEnd(startOf(topic, partition, from), CHUNK_MAX_COUNT)) {
        from.set(`${topic} ${partition}`, chunk.nextOffset)
        await codec.prepare(
          schema,
          chunk.records.map((record) => record.value),
        )
        for (const { offset, key, value, headers } of chunk.records) {
          if (value === null || readProgress(key, headers) !== undefined) continue
          const decoded = codec.decode(schema, value)
          if (!decoded.ok) continue
          const incidentIds = wanted
            .filter((one) => isWanted(topic, decoded.value as AnyRecord, one))
            .map(({ incidentId }) => incidentId)
          if (incidentIds.length === 0) continue
          yield { record: { topic, partition, offset, key, value }, incidentIds }
        }
      }
  }
}

function startOf(topic: TopicName, partition: number, from: ReadonlyMap<string, number>): Position {
  return { topic, partition, offset: from.get(`${topic} ${partition}`) ?? 0 }
}

function isWantedAlert(alert: AnyRecord, wanted: RecordsWanted): boolean {
  if (!wanted.alertIds.has(alert.alert_id ?? '')) return false
  for (const id of [...(alert.event_ids ?? []), ...(alert.origin_event_ids ?? [])])
    wanted.eventIds.add(id)
  return true
}

function isWanted(topic: TopicName, record: AnyRecord, wanted: RecordsWanted): boolean {
  if (record.tenant_id !== wanted.tenantId) return false
  if (topic === 'alerts.v1') return isWantedAlert(record, wanted)
  if (record.event_id === undefined) return record.incident_id === wanted.incidentId
  if (wanted.eventIds.has(record.event_id)) return true
  const { occurred_at: occurredAtUs = 0 } = record
  const isInTime = occurredAtUs >= wanted.sinceUs && occurredAtUs <= wanted.untilUs
  return isInTime && wanted.sessionIds.has(record.session_id ?? '')
}
