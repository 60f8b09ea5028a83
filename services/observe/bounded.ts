/**
 * Adds to a list of distinct names kept sorted only by arrival; returns 1 where it found no room.
 */
export function addName(names: string[], name: string, maxCount: number): 0 | 1 {
  if (names.includes(name)) return 0
  if (names.length >= maxCount) return 1
  names.push(name)
  return 0
}

/** Counts one more of `key`; a key beyond the bound pushes the oldest out. Returns the count. */
export function countUp<K>(counts: Map<K, number>, key: K, maxCount: number): number {
  const count = (counts.get(key) ?? 0) + 1
  counts.set(key, count)
  if (counts.size > maxCount) {
    for (const oldest of counts.keys()) {
      counts.delete(oldest)
      break
    }
  }
  return count
}

/** Remembers a member; the oldest makes room. False where it was known. */
export function remember(members: Set<number>, member: number, maxCount: number): boolean {
  if (members.has(member)) return false
  members.add(member)
  if (members.size > maxCount) {
    for (const oldest of members) {
      members.delete(oldest)
      break
    }
  }
  return true
}
