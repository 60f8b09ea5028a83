import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** How large a batch may become when opened: a bomb of a few kilobytes stops here. */
export const INFLATED_MAX_BYTES = 256 * 1024 * 1024

/** A batch smaller than this is sent as it is. */
const COMPRESSION_MIN_BYTES = 1024

const NONE = 0
const GZIP = 1
const ZSTD = 4
const ZSTD_FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** Compresses a batch's records; the codec's number goes into the batch's attributes. */
export function deflate(
  records: Buffer,
  compression: 'zstd' | 'gzip' | 'none',
): { codec: number; body: Buffer } {
  if (compression === 'none' || records.length < COMPRESSION_MIN_BYTES)
    return { codec: NONE, body: records }
  if (compression === 'gzip') return { codec: GZIP, body: gzipSync(records, { level: 1 }) }
  return { codec: ZSTD, body: zstdCompressSync(records, ZSTD_FASTEST) }
}

/** Opens a batch's records; undefined where they are broken, too large, or of another codec. */
export function inflate(body: Buffer, codec: number): Buffer | undefined {
  if (codec === NONE) return body
  const open = codec === ZSTD ? zstdDecompressSync : codec === GZIP ? gunzipSync : undefined
  try {
    return open?.(body, { maxOutputLength: INFLATED_MAX_BYTES })
  } catch {
    return undefined
  }
}
