/** How both stores ask for rows. */
export const ROW_FORMAT = 'JSONEachRow'

/** 64-bit integers as strings, times as RFC 3339 with microseconds, UTC. */
export const ROW_SETTINGS = {
  output_format_json_quote_64bit_integers: 1,
  date_time_output_format: 'iso',
} as const

/** Rows of an answer in that format. */
export function parseRows<Row>(bytes: Uint8Array): Row[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}
