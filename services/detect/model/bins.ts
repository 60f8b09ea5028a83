/** Rows as small whole numbers: `codes[feature][row]`, and the upper edge of each bin. */
export type Binned = { rowCount: number; codes: Uint8Array[]; edges: Float64Array[] }

const BINS_MAX_COUNT = 48

/**
 * Cuts each feature into at most 48 bins of about equal counts. An edge is halfway between two
 * values that occur, so that a threshold never stands on one.
 */
export function binned(rows: readonly Float32Array[], featureCount: number): Binned {
  const codes: Uint8Array[] = []
  const edges: Float64Array[] = []
  for (let feature = 0; feature < featureCount; feature += 1) {
    const values = Float64Array.from(rows, (row) => row[feature] ?? 0)
    const edge = edgesOf(values)
    edges.push(edge)
    codes.push(Uint8Array.from(values, (value) => binOf(edge, value)))
  }
  return { rowCount: rows.length, codes, edges }
}

function edgesOf(values: Float64Array): Float64Array {
  const sorted = values.toSorted()
  const distinct = [...new Set(sorted)]
  const between = (low: number, high: number): number => Math.fround((low + high) / 2)
  if (distinct.length <= BINS_MAX_COUNT) {
    return Float64Array.from(distinct.slice(1), (high, at) => between(distinct[at] ?? 0, high))
  }
  const edges = new Set<number>()
  for (let bin = 1; bin < BINS_MAX_COUNT; bin += 1) {
    const at = Math.floor((bin * sorted.length) / BINS_MAX_COUNT)
    const high = sorted[at] ?? 0
    let before = at
    while (before > 0 && sorted[before] === high) before -= 1
    const low = sorted[before] ?? 0
    if (low < high) edges.add(between(low, high))
  }
  return Float64Array.from(edges).sort()
}

function binOf(edges: Float64Array, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value <= (edges[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return low
}
