import type { Incident } from '#domain/records/index.ts'
import { HOUR_US } from '#domain/time.ts'
import { sha256Hex, type RawRecord } from './bundle-line.ts'
import { CHUNK_MAX_COUNT, type LogReader, type RecordsWanted } from './incident-records.ts'

const TOPIC = 'held.v1'
const BEFORE_US = HOUR_US
const AFTER_US = 24 * HOUR_US

/** What is held: an incident's sessions, an hour before it to a day after its last alert. */
export function wantedOf(incident: Incident): RecordsWanted {
  return {
    tenantId: incident.tenant_id,
    incidentId: incident.incident_id,
    sessionIds: new Set(incident.session_ids),
    alertIds: new Set(incident.alert_ids),
    eventIds: new Set([...incident.injection_event_ids, ...incident.attacker_event_ids]),
    sinceUs: incident.opened_at - BEFORE_US,
    untilUs: incident.updated_at + AFTER_US,
  }
}

/**
 * The records that are held of an incident, of a tenant, in the order of their holding.
 * `isKnown` leaves out those that stand elsewhere already.
 */
export async function* readHeld(
  { log, codec }: LogReader,
  { tenantId, incidentId }: Pick<RecordsWanted, 'tenantId' | 'incidentId'>,
  isKnown: (record: RawRecord) => boolean,
): AsyncGenerator<RawRecord> {
  const ends = await log.endOffsets(TOPIC)
  for (const [lane] of ends.entries()) {
    const start = { topic: TOPIC, partition: lane, offset: 0 } as const
    for await (const { records } of log.readToEnd(start, CHUNK_MAX_COUNT)) {
      const values = records.map(({ value }) => value)
      await codec.prepare(TOPIC, values)
      for (const value of values) {
        const decoded = codec.decode(TOPIC, value)
        if (!decoded.ok) continue
        const { topic, partition, offset, key, body, sha256 } = decoded.value
        const isOurs =
          decoded.value.tenant_id === tenantId && decoded.value.incident_id === incidentId
        if (!isOurs) continue
        const record = {
          topic: topic as RawRecord['topic'],
          partition,
          offset,
          key,
          value: Buffer.from(body, 'base64'),
        }
        if (sha256Hex(record.value) === sha256 && !isKnown(record)) yield record
      }
    }
  }
}
