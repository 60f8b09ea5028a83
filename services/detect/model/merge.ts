import type { Binned } from './bins.ts'

/** Rows that no tree can tell apart and that have the same label, as one. */
export type Merged = { data: Binned; labels: Uint8Array; weights: Float64Array; counts: Int32Array }

/** Merges rows of equal bins and label; their weights are added, `counts` tells how many. */
export function merged(data: Binned, labels: Uint8Array, weights: Float64Array): Merged {
  const codesOf = Buffer.alloc(data.codes.length + 1)
  const places = new Map<string, number>()
  const rows: number[] = []
  const sums: number[] = []
  const counts: number[] = []
  for (let row = 0; row < data.rowCount; row += 1) {
    data.codes.forEach((codes, feature) => codesOf.writeUInt8(codes[row] ?? 0, feature))
    codesOf.writeUInt8(labels[row] ?? 0, data.codes.length)
    const key = codesOf.toString('latin1')
    const place = places.get(key) ?? rows.length
    if (place === rows.length) {
      places.set(key, place)
      rows.push(row)
    }
    sums[place] = (sums[place] ?? 0) + (weights[row] ?? 0)
    counts[place] = (counts[place] ?? 0) + 1
  }
  return {
    data: {
      rowCount: rows.length,
      codes: data.codes.map((codes) => Uint8Array.from(rows, (row) => codes[row] ?? 0)),
      edges: data.edges,
    },
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    weights: Float64Array.from(sums),
    counts: Int32Array.from(counts),
  }
}
