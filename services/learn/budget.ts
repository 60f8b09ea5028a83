/** Something to be kept, at this many bytes. */
type Priced = { bytes: number }

/**
 * How many of each list fit into `bytesMax` together, from the front: every list gets an equal
 * share, and what a short list leaves goes to the longer ones.
 */
export function shareBytes(lists: readonly (readonly Priced[])[], bytesMax: number): number[] {
  const kept = lists.map(() => 0)
  const bySize = lists
    .map((list, index) => ({ list, index, bytes: bytesOf(list) }))
    .sort((one, other) => one.bytes - other.bytes || one.index - other.index)
  let left = bytesMax
  bySize.forEach(({ list, index }, place) => {
    const share = Math.max(0, Math.floor(left / (bySize.length - place)))
    const count = fitting(list, share)
    kept[index] = count
    left -= bytesOf(list.slice(0, count))
  })
  return kept
}

function fitting(list: readonly Priced[], bytesMax: number): number {
  let bytes = 0
  const beyond = list.findIndex((entry) => (bytes += entry.bytes) > bytesMax)
  return beyond < 0 ? list.length : beyond
}

function bytesOf(list: readonly Priced[]): number {
  return list.reduce((sum, { bytes }) => sum + bytes, 0)
}
