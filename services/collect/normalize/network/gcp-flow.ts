import { isObject, type JsonObject } from '#domain/json-form.ts'
import type { Format, Reading } from '../format.ts'
import { timeOf } from '../log-time.ts'
import { RecordFields } from '../record-fields.ts'
import { refuse } from '../reject.ts'
import { jsonRecord } from '../log-fields.ts'
import {
  durationMs,
  networkExtra,
  OTHER_SUBJECT,
  told,
  TOLD_ELSEWHERE,
  transportOf,
  type NetworkFacts,
} from './network-reading.ts'
import { oneWayFacts } from './one-way-flow.ts'

/**
 * Google Cloud's VPC flow logs and firewall rule logs as JSON, as Cloud Logging exports them. Where
 * both ends report a flow, the source's record tells it.
 */
export const GCP_FLOW: Format = {
  name: 'gcp-flow',
  title: 'Google Cloud VPC flow logs and firewall rule logs as JSON of Cloud Logging',
  framing: 'line',
  latenessUs: 900_000_000,
  open: () => ({
    read(record) {
      const parsed = jsonRecord(record)
      return parsed.ok ? readingOf(parsed.json) : parsed
    },
    memory: () => '',
  }),
}

function readingOf(entry: JsonObject): Reading {
  const payload = isObject(entry['jsonPayload']) ? entry['jsonPayload'] : entry
  const { connection } = payload
  if (connection === undefined) return OTHER_SUBJECT
  if (!isObject(connection)) return refuse('WRONG_TYPE', 'connection')
  const isSeenTwice = payload['reporter'] === 'DEST' && isObject(payload['src_instance'])
  if (isSeenTwice) return TOLD_ELSEWHERE
  const recordId = new RecordFields(entry).text('insertId')
  const facts = 'disposition' in payload ? firewall : flow
  const fields = new RecordFields({ ...payload, ...connection, timestamp: entry['timestamp'] })
  const read = facts(fields, payload)
  return fields.refusal() ?? told(read, recordId === null ? undefined : { recordId })
}

function flow(fields: RecordFields, payload: JsonObject): NetworkFacts {
  const hasStart = payload['start_time'] !== undefined
  const startUs = fields.time(hasStart ? 'start_time' : 'timestamp')
  const endUs = timeOf(payload['end_time'])
  return {
    ...oneWayFacts({
      atUs: startUs,
      durationMs: endUs === undefined ? null : durationMs(startUs, endUs),
      from: fields.address('src_ip', 'source_address'),
      fromPort: fields.port('src_port', 'client_port'),
      to: fields.address('dest_ip', 'destination_address'),
      toPort: fields.port('dest_port', 'destination_port'),
      protocol: fields.count('protocol', 'transport'),
      bytes: fields.count('bytes_sent', 'bytes_out'),
      packets: fields.count('packets_sent', 'packets_out'),
    }),
    extra: placesOf(payload),
  }
}

function firewall(fields: RecordFields, payload: JsonObject): NetworkFacts {
  const { disposition } = payload
  if (disposition !== 'ALLOWED' && disposition !== 'DENIED') fields.fail('BAD_ENUM', 'verdict')
  return {
    occurred_at: fields.time('timestamp'),
    action: disposition === 'DENIED' ? 'blocked' : 'flow',
    source_address: fields.address('src_ip', 'source_address'),
    client_port: fields.port('src_port', 'client_port'),
    destination_address: fields.address('dest_ip', 'destination_address'),
    destination_port: fields.port('dest_port', 'destination_port'),
    transport: transportOf(fields.count('protocol', 'transport')),
    verdict: disposition === 'DENIED' ? 'denied' : 'allowed',
    extra: placesOf(payload),
  }
}

function placesOf(payload: JsonObject): Record<string, string> {
  return networkExtra({
    reporter: payload['reporter'],
    source_instance: nameOf(payload['src_instance']) ?? nameOf(payload['instance']),
    destination_instance: nameOf(payload['dest_instance']),
  })
}

function nameOf(instance: unknown): string | null {
  return isObject(instance) ? new RecordFields(instance).text('vm_name') : null
}
