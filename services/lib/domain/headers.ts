import type { Headers } from './log.ts'

/** Key prefix of progress records: to anyone but the runtime they are tombstones. */
const PROGRESS_KEY_PREFIX = '~progress/'
export const WATERMARK_HEADER = 'tocsin-watermark'
const WRITER_HEADER = 'tocsin-writer'
const LANE_HEADER = 'tocsin-lane'
const LEASE_HEADER = 'tocsin-lease-ms'
export const SOURCE_HEADER = 'tocsin-source'
/** CRC32C of the value, eight hex digits; carried where the log checks none itself. */
export const CHECKSUM_HEADER = 'tocsin-crc32c'

/** A promise found on a topic: nothing older than `watermarkUs` from this writer on this lane. */
export type Progress = {
  writer: string
  lane: number
  watermarkUs: number
  leaseMs: number | undefined
}

/** What input record a derived record was made from, and which of its outputs it is. */
export type Source = {
  writer: string
  topic: string
  partition: number
  offset: number
  ordinal: number
}

/** Key and headers of a progress record. `watermarkUs` may be Infinity: the writer is finished. */
export function progressRecord(progress: Progress): { key: string; headers: Headers } {
  const { writer, lane, watermarkUs, leaseMs } = progress
  const headers: Headers = {
    [WATERMARK_HEADER]: watermarkUs === Infinity ? 'inf' : String(watermarkUs),
    [WRITER_HEADER]: writer,
    [LANE_HEADER]: String(lane),
  }
  if (leaseMs !== undefined) headers[LEASE_HEADER] = String(leaseMs)
  return { key: `${PROGRESS_KEY_PREFIX}${writer}/${lane}`, headers }
}

/** Reads a progress record; undefined where key and headers are not one. */
export function readProgress(key: string, headers: Headers): Progress | undefined {
  if (!key.startsWith(PROGRESS_KEY_PREFIX)) return undefined
  const writer = headers[WRITER_HEADER]
  const watermark = headers[WATERMARK_HEADER]
  const lane = Number(headers[LANE_HEADER])
  if (writer === undefined || watermark === undefined || !Number.isInteger(lane)) return undefined
  const watermarkUs = watermark === 'inf' ? Infinity : Number(watermark)
  if (Number.isNaN(watermarkUs)) return undefined
  const lease = headers[LEASE_HEADER]
  return { writer, lane, watermarkUs, leaseMs: lease === undefined ? undefined : Number(lease) }
}

/** A source as one header value. Writer names and topics hold no blank. */
export function formatSource(source: Source): string {
  return `${source.writer} ${source.topic} ${source.partition} ${source.offset} ${source.ordinal}`
}

/** Reads a source header; undefined where there is none or it is malformed. */
export function parseSource(header: string | undefined): Source | undefined {
  if (header === undefined) return undefined
  const parts = header.split(' ')
  if (parts.length !== 5) return undefined
  const [writer = '', topic = ''] = parts
  const [partition = NaN, offset = NaN, ordinal = NaN] = parts.slice(2).map(Number)
  if (!Number.isInteger(partition + offset + ordinal)) return undefined
  return { writer, topic, partition, offset, ordinal }
}
