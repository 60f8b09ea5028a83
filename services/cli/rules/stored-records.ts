import { viewOf } from '#domain/evidence-tables.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import type { Layer, Observation } from '#domain/records/index.ts'
import type { EventTopic } from '#domain/topics.ts'
import type { Judged } from '../../detect/alert.ts'
import type { LogService } from '../../detect/pack/rule.ts'
import { recordOfRow, type Row } from './record-rows.ts'

/** A record of the evidence as rules are tried on it. */
export type StoredRecord = { service: LogService; layer: Layer; record: Judged }

/** Where records of one kind lie. */
export type RecordTopic = EventTopic | 'observations.v1'

const LAYER_BY_TOPIC: Readonly<Record<EventTopic, Layer>> = {
  'events.application.v1': 'application',
  'events.data.v1': 'data',
  'events.network.v1': 'network',
  'events.model.v1': 'model',
}
const RECORD_TOPICS: readonly RecordTopic[] = [
  ...(Object.keys(LAYER_BY_TOPIC) as EventTopic[]),
  'observations.v1',
]
const PAGE_ROWS = 500

/** The event of an id and what was observed of it, one for each tenant that has it. */
export async function readStored(
  evidence: EvidenceStore,
  eventId: string,
): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  for (const topic of RECORD_TOPICS) {
    const sql = `SELECT * FROM ${viewOf(topic)} WHERE event_id = {event_id:String} LIMIT 10`
    const rows = await evidence.query<Row>(sql, { event_id: eventId })
    found.push(...rows.map((row) => storedRecord(topic, row)))
  }
  return found
}

/**
 * The records of a time span, in pages of a bounded number of rows, session by session; of one
 * tenant where it is named, else of all.
 */
export async function* storedPages(
  evidence: EvidenceStore,
  topic: RecordTopic,
  sinceUs: number,
  untilUs: number,
  { pageRows = PAGE_ROWS, tenantId }: { pageRows?: number; tenantId?: string } = {},
): AsyncGenerator<StoredRecord[]> {
  const id = topic === 'observations.v1' ? 'observation_id' : 'event_id'
  const place = `(tenant_id, session_id, occurred_at, ${id})`
  const time = (name: string): string => `fromUnixTimestamp64Micro({${name}:Int64}, 'UTC')`
  const after = `(tenant_id >= {tenant_id:String} AND ${place} >
    ({tenant_id:String}, {session_id:String}, ${time('after_us')}, {id:String}))`
  const sql = (isFirst: boolean): string => `SELECT * FROM ${viewOf(topic)}
    WHERE occurred_at >= ${time('since_us')} AND occurred_at < ${time('until_us')}
      ${tenantId === undefined ? '' : 'AND tenant_id = {of_tenant:String}'}
      ${isFirst ? '' : `AND ${after}`}
    ORDER BY tenant_id, session_id, occurred_at, ${id} LIMIT ${pageRows}`
  const of = tenantId === undefined ? {} : { of_tenant: tenantId }
  const span = { since_us: sinceUs, until_us: untilUs, ...of }
  let last: Judged | undefined
  for (;;) {
    const from = last === undefined ? {} : placeOf(last)
    const rows = await evidence.query<Row>(sql(last === undefined), { ...span, ...from })
    const records = rows.map((row) => storedRecord(topic, row))
    if (records.length > 0) yield records
    if (rows.length < pageRows) return
    last = records.at(-1)?.record
  }
}

function placeOf(record: Judged): Record<string, string | number> {
  return {
    tenant_id: record.tenant_id,
    session_id: record.session_id,
    after_us: record.occurred_at,
    id: 'observation_id' in record ? record.observation_id : record.event_id,
  }
}

function storedRecord(topic: RecordTopic, row: Row): StoredRecord {
  if (topic === 'observations.v1') {
    const record: Observation = recordOfRow(topic, row)
    return { service: 'observation', layer: record.layer, record }
  }
  return { service: 'event', layer: LAYER_BY_TOPIC[topic], record: recordOfRow(topic, row) }
}
