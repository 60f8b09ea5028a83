import { isUtf8 } from 'node:buffer'

import type { JsonObject } from '#domain/json-form.ts'
import type { Format, FormatReader, Reading } from '../format.ts'
import { RecordFields } from '../record-fields.ts'
import { refuse } from '../reject.ts'
import {
  durationMs,
  networkExtra,
  HEADER,
  OTHER_SUBJECT,
  told,
  unpackMemory,
} from './network-reading.ts'
import { oneWayFacts } from './one-way-flow.ts'

/**
 * AWS VPC flow logs as text: the 14 fields of version 2, or those that a header names. A record
 * tells one direction of a connection over its interval; what was rejected is `blocked`.
 */
export const AWS_VPC_FLOW: Format = {
  name: 'aws-vpc-flow',
  title: 'AWS VPC flow logs as text, by a header or the default fields of version 2',
  framing: 'line',
  latenessUs: 900_000_000,
  open: (memory) => new AwsVpcFlowReader(memory),
}

const DEFAULT_COLUMNS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes ' +
  'start end action log-status'
const LINE_MAX_BYTES = 64 * 1024
const COLUMNS_MAX_COUNT = 64
const COLUMN_NAME = /^[a-z][a-z0-9-]{0,40}$/
/** Words that only a header has. */
const HEADER_WORDS = ['srcaddr', 'dstaddr']

class AwsVpcFlowReader implements FormatReader {
  #columns: readonly string[]

  constructor(memory: string | undefined) {
    const { columns } = unpackMemory(memory)
    const isKnown = Array.isArray(columns) && columns.every((name) => typeof name === 'string')
    this.#columns = isKnown && isHeader(columns) ? columns : DEFAULT_COLUMNS.split(' ')
  }

  read(record: Buffer): Reading {
    if (record.length > LINE_MAX_BYTES)
      return refuse('LINE_TOO_LONG', `the limit is ${LINE_MAX_BYTES} bytes`)
    if (!isUtf8(record)) return refuse('INVALID_UTF8', '')
    const cells = record
      .toString('utf8')
      .replace(/\r?\n$/, '')
      .split(' ')
    if (isHeader(cells)) {
      this.#columns = cells
      return HEADER
    }
    if (cells.length !== this.#columns.length) return refuse('WRONG_TYPE', 'columns')
    const row: JsonObject = {}
    for (const [index, name] of this.#columns.entries()) row[name] = cells[index]
    return readingOf(row)
  }

  memory(): string {
    return JSON.stringify({ columns: this.#columns })
  }
}

function readingOf(row: JsonObject): Reading {
  const status = row['log-status']
  if (status === 'NODATA' || status === 'SKIPDATA') return OTHER_SUBJECT
  if (status !== undefined && status !== 'OK') return refuse('BAD_ENUM', 'log-status')
  const fields = new RecordFields(row)
  const startUs = fields.time('start')
  const action = fields.text('action')
  if (action !== null && action !== 'ACCEPT' && action !== 'REJECT')
    return refuse('BAD_ENUM', 'action')
  const facts = oneWayFacts({
    atUs: startUs,
    durationMs: row['end'] === undefined ? null : durationMs(startUs, fields.time('end')),
    from: addressOf(fields, 'pkt-srcaddr', 'srcaddr', 'source_address'),
    fromPort: fields.port('srcport', 'client_port'),
    to: addressOf(fields, 'pkt-dstaddr', 'dstaddr', 'destination_address'),
    toPort: fields.port('dstport', 'destination_port'),
    protocol: fields.count('protocol', 'transport'),
    bytes: fields.count('bytes', 'bytes_out'),
    packets: fields.count('packets', 'packets_out'),
  })
  const isRejected = action === 'REJECT'
  return (
    fields.refusal() ??
    told({
      ...facts,
      ...(isRejected && { action: 'blocked', bytes_out: null, bytes_in: null }),
      verdict: isRejected ? 'reject' : (action?.toLowerCase() ?? null),
      extra: networkExtra({
        interface_id: fields.text('interface-id'),
        instance_id: fields.text('instance-id'),
        direction: fields.text('flow-direction'),
        destination_service: fields.text('pkt-dst-aws-service'),
      }),
    })
  )
}

/** The packet's own address where the record has it: behind NAT the other is the interface's. */
function addressOf(fields: RecordFields, own: string, name: string, field: string): string | null {
  return fields.address(own, field) ?? fields.address(name, field)
}

function isHeader(cells: readonly string[]): boolean {
  return (
    cells.length <= COLUMNS_MAX_COUNT &&
    HEADER_WORDS.some((word) => cells.includes(word)) &&
    cells.every((cell) => COLUMN_NAME.test(cell))
  )
}
