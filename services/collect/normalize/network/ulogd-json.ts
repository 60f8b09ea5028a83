import type { JsonObject } from '#domain/json-form.ts'
import { SECOND_US } from '#domain/time.ts'
import type { Format, Reading } from '../format.ts'
import { utcTimeOf } from '../log-time.ts'
import { RecordFields } from '../record-fields.ts'
import { jsonRecord } from '../log-fields.ts'
import {
  durationMs,
  networkExtra,
  OTHER_SUBJECT,
  told,
  TOLD_ELSEWHERE,
  transportOf,
} from './network-reading.ts'

/**
 * Netfilter through ulogd2's JSON output: connections of conntrack (`NFCT`, told when they end;
 * bytes with `net.netfilter.nf_conntrack_acct=1`) and logged packets (`NFLOG`). A packet is
 * `blocked` where its prefix says so. Its `oob.uid` names who sent it.
 */
export const ULOGD_JSON: Format = {
  name: 'ulogd-json',
  title: 'ulogd2 JSON: conntrack (NFCT) and logged packets (NFLOG)',
  framing: 'line',
  latenessUs: 300_000_000,
  open: () => ({
    read(record) {
      const parsed = jsonRecord(record)
      if (!parsed.ok) return parsed
      const { json } = parsed
      if ('ct.event' in json) return connection(json)
      return 'oob.hook' in json || 'oob.prefix' in json ? packet(json) : OTHER_SUBJECT
    },
    memory: () => '',
  }),
}

const DESTROYED = 4
const BLOCKING = /deny|denied|drop|reject|block/i

function connection(json: JsonObject): Reading {
  if (json['ct.event'] !== DESTROYED) return TOLD_ELSEWHERE
  const fields = new RecordFields(json)
  const startUs = momentOf(json, fields, 'flow.start')
  const endUs = momentOf(json, fields, 'flow.end')
  const atUs = startUs ?? endUs ?? textTime(json, fields)
  const id = fields.label('ct.id')
  const facts = {
    occurred_at: atUs,
    action: 'flow' as const,
    source_address: fields.address('src_ip', 'source_address'),
    client_port: fields.port('orig.l4.sport', 'client_port'),
    destination_address: fields.address('dest_ip', 'destination_address'),
    destination_port: fields.port('orig.l4.dport', 'destination_port'),
    transport: transportOf(fields.count('orig.ip.protocol', 'transport')),
    bytes_out: fields.count('orig.raw.pktlen', 'bytes_out'),
    bytes_in: fields.count('reply.raw.pktlen', 'bytes_in'),
    packets_out: fields.count('orig.raw.pktcount', 'packets_out'),
    packets_in: fields.count('reply.raw.pktcount', 'packets_in'),
    duration_ms: startUs === null || endUs === null ? null : durationMs(startUs, endUs),
    extra: networkExtra({ connection_id: id, mark: fields.count('ct.mark', 'extra') }),
  }
  return fields.refusal() ?? told(facts)
}

function packet(json: JsonObject): Reading {
  const fields = new RecordFields(json)
  const prefix = fields.text('oob.prefix')
  const uid = fields.label('oob.uid')
  const isBlocked = prefix !== null && BLOCKING.test(prefix)
  const facts = {
    occurred_at: momentOf(json, fields, 'oob.time') ?? textTime(json, fields),
    action: isBlocked ? ('blocked' as const) : ('flow' as const),
    source_address: fields.address('src_ip', 'source_address'),
    client_port: fields.port('src_port', 'client_port'),
    destination_address: fields.address('dest_ip', 'destination_address'),
    destination_port: fields.port('dest_port', 'destination_port'),
    transport: transportOf(fields.count('ip.protocol', 'transport')),
    packets_out: fields.count('raw.pktcount', 'packets_out'),
    verdict: isBlocked ? 'blocked' : null,
    extra: networkExtra({ rule: prefix?.trim(), out: fields.text('oob.out'), user_number: uid }),
  }
  return fields.refusal() ?? told(facts, uid === null ? undefined : { userName: uid })
}

/** Seconds and microseconds since the epoch, as two numbers; null where there are none. */
function momentOf(json: JsonObject, fields: RecordFields, name: string): number | null {
  if (json[`${name}.sec`] === undefined) return null
  const seconds = fields.count(`${name}.sec`, 'occurred_at')
  const micros = fields.count(`${name}.usec`, 'occurred_at') ?? 0
  if (seconds === null || seconds === 0) return null
  const timeUs = seconds * SECOND_US + micros
  if (micros < SECOND_US && Number.isSafeInteger(timeUs)) return timeUs
  fields.fail('OUT_OF_RANGE', 'occurred_at')
  return null
}

/** ulogd's own time has no offset: it is taken for UTC where nothing better is there. */
function textTime(json: JsonObject, fields: RecordFields): number {
  const timeUs = utcTimeOf(json['timestamp'])
  if (timeUs === undefined || timeUs < 0) fields.fail('BAD_TIME', 'occurred_at')
  return timeUs ?? 0
}
