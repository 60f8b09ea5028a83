import { isUtf8 } from 'node:buffer'

import { isObject, type JsonObject } from '#domain/json-form.ts'
import type { Format, LogEvent, Reading } from '../format.ts'
import { utcTimeOf } from '../log-time.ts'
import { RecordFields } from '../record-fields.ts'
import { refuse, type Refusal } from '../reject.ts'
import { durationMs, networkExtra, networkEvent, OTHER_SUBJECT } from './network-reading.ts'
import { oneWayFacts } from './one-way-flow.ts'

/**
 * NetFlow and IPFIX as `nfdump -o json` prints them: one array of flows, its times without an
 * offset. Run it with `TZ=UTC`. One flow that cannot be read refuses the whole document: half of it
 * would pass for all.
 */
export const NFDUMP_JSON: Format = {
  name: 'nfdump-json',
  title: 'NetFlow as TZ=UTC nfdump -o json prints it',
  framing: 'document',
  latenessUs: 600_000_000,
  open: () => ({ read: readDocument, memory: () => '' }),
}

const DOCUMENT_MAX_BYTES = 64 * 1024 * 1024
/** What nfdump prints in place of flows where its filter leaves none. */
const EMPTY = /^\s*\[\s*No matching flows\s*\]\s*$/

function readDocument(record: Buffer): Reading {
  if (record.length > DOCUMENT_MAX_BYTES)
    return refuse('LINE_TOO_LONG', `the limit is ${DOCUMENT_MAX_BYTES} bytes`)
  if (!isUtf8(record)) return refuse('INVALID_UTF8', '')
  const text = record.toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return EMPTY.test(text) ? OTHER_SUBJECT : refuse('NOT_JSON', '')
  }
  const flows: unknown[] = Array.isArray(json) ? json : [json]
  const events: LogEvent[] = []
  for (const flow of flows) {
    if (!isObject(flow)) return refuse('NOT_AN_OBJECT', '')
    if (flow['type'] !== 'FLOW') continue
    const event = eventOf(flow)
    if ('ok' in event) return event
    events.push(event)
  }
  return events.length === 0 ? OTHER_SUBJECT : { ok: true, events }
}

function eventOf(flow: JsonObject): LogEvent | Refusal {
  const fields = new RecordFields(flow)
  const firstUs = utcTimeOf(flow['first'])
  const lastUs = utcTimeOf(flow['last'])
  if (firstUs === undefined || firstUs < 0) return refuse('BAD_TIME', 'occurred_at')
  const protocol = fields.count('proto', 'transport')
  const facts = oneWayFacts({
    atUs: firstUs,
    durationMs: lastUs === undefined ? null : durationMs(firstUs, lastUs),
    from: addressOf(fields, 'src4_addr', 'src6_addr', 'source_address'),
    fromPort: fields.port('src_port', 'client_port'),
    to: addressOf(fields, 'dst4_addr', 'dst6_addr', 'destination_address'),
    toPort: fields.port('dst_port', 'destination_port'),
    protocol,
    bytes: fields.count('in_bytes', 'bytes_out'),
    packets: fields.count('in_packets', 'packets_out'),
    bytesBack: fields.count('out_bytes', 'bytes_in'),
    packetsBack: fields.count('out_packets', 'packets_in'),
  })
  const extra = networkExtra({
    tcp_flags: fields.text('tcp_flags'),
    exporter: flow['export_sysid'],
  })
  return fields.refusal() ?? networkEvent({ ...facts, extra })
}

function addressOf(fields: RecordFields, four: string, six: string, field: string): string | null {
  return fields.address(four, field) ?? fields.address(six, field)
}
