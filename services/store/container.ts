import { createHash } from 'node:crypto'

/** One message value as it lay on the log, with the offset it lay at. */
export type StoredRow = { offset: number; value: Buffer }

const MAGIC = Buffer.from([0x4f, 0x62, 0x6a, 0x01])
const SYNC_LENGTH = 16
const LONG_MAX_LENGTH = 10
/** What stands before a body on the log: a zero byte and four bytes of schema id. */
export const WIRE_PREFIX_LENGTH = 5
const PLACE_FIELDS = [
  { name: '_partition', type: 'long' },
  { name: '_offset', type: 'long' },
]

/**
 * An Avro object container of these rows, their bodies unopened: each is the partition, the offset
 * and the body as it was written. `writerSchema` is the Avro JSON of a record. The same rows and
 * token give the same bytes.
 */
export function buildContainer(
  token: string,
  partition: number,
  writerSchema: unknown,
  rows: readonly StoredRow[],
): Buffer {
  const sync = createHash('sha256').update(token).digest().subarray(0, SYNC_LENGTH)
  const head = containerHead(writerSchema, sync)
  const bodyBytes = rows.reduce((sum, row) => sum + row.value.length - WIRE_PREFIX_LENGTH, 0)
  const block = Buffer.allocUnsafe(bodyBytes + rows.length * 2 * LONG_MAX_LENGTH)
  let end = 0
  for (const row of rows) {
    end = writeLong(block, end, partition)
    end = writeLong(block, end, row.offset)
    end += row.value.copy(block, end, WIRE_PREFIX_LENGTH)
  }
  const counts = Buffer.allocUnsafe(2 * LONG_MAX_LENGTH)
  const countsEnd = writeLong(counts, writeLong(counts, 0, rows.length), end)
  return Buffer.concat([head, counts.subarray(0, countsEnd), block.subarray(0, end), sync])
}

function containerHead(writerSchema: unknown, sync: Buffer): Buffer {
  const schema = writerSchema as { fields: unknown[] }
  const withPlace = JSON.stringify({ ...schema, fields: [...PLACE_FIELDS, ...schema.fields] })
  return Buffer.concat([
    MAGIC,
    longOf(2),
    textOf('avro.codec'),
    textOf('null'),
    textOf('avro.schema'),
    textOf(withPlace),
    longOf(0),
    sync,
  ])
}

function textOf(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([longOf(bytes.length), bytes])
}

function longOf(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(LONG_MAX_LENGTH)
  return bytes.subarray(0, writeLong(bytes, 0, value))
}

/** Writes a non-negative long below 2^52 as Avro does; answers where it ends. */
function writeLong(target: Buffer, start: number, value: number): number {
  let rest = value * 2
  let at = start
  while (rest > 0x7f) {
    target[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[at++] = rest
  return at
}
