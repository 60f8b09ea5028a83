const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/** Key of a record: percent-encoded parts joined by `/`, the tenant first. */
export function keyOf(...parts: readonly string[]): string {
  return parts.map(encodePart).join('/')
}

/**
 * The partition of a key among `partitionCount`: Java's murmur2, as Kafka's default partitioner.
 */
export function partitionOf(key: string, partitionCount: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitionCount
}

function encodePart(part: string): string {
  return /^[A-Za-z0-9_.~:-]*$/.test(part) ? part : encodeURIComponent(part.toWellFormed())
}

/** murmur2 as in org.apache.kafka.common.utils.Utils. */
function murmur2(data: Uint8Array): number {
  let hash = SEED ^ data.length
  const fullLength = data.length & ~3
  for (let index = 0; index < fullLength; index += 4) {
    let word =
      (data[index]! & 0xff) |
      ((data[index + 1]! & 0xff) << 8) |
      ((data[index + 2]! & 0xff) << 16) |
      (data[index + 3]! << 24)
    word = Math.imul(word, MULTIPLIER)
    word ^= word >>> 24
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER)
  }
  const rest = data.length - fullLength
  if (rest === 3) hash ^= (data[fullLength + 2]! & 0xff) << 16
  if (rest >= 2) hash ^= (data[fullLength + 1]! & 0xff) << 8
  if (rest >= 1) hash = Math.imul(hash ^ (data[fullLength]! & 0xff), MULTIPLIER)
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}
