/** A member of a group as the leader sees it: what it owned before, and since when. */
export type LaneMember = { id: string; lanes: readonly number[]; generation: number }

/**
 * Divides lanes among members, each lane to exactly one. `lanes`: counts differ by at most one, and
 * a member keeps what it had as far as that allows. `single`: one member has them all; the one that
 * had most keeps them. The same members give the same answer, in whatever order they come.
 */
export function assignLanes(
  members: readonly LaneMember[],
  laneCount: number,
  mode: 'lanes' | 'single',
): Map<string, number[]> {
  const sorted = [...members].sort(bySeniority)
  const assigned = new Map(sorted.map((member) => [member.id, [] as number[]]))
  const allLanes = Array.from({ length: laneCount }, (_, lane) => lane)
  const [first] = sorted
  if (first === undefined) return assigned
  if (mode === 'single') return assigned.set(first.id, allLanes)

  const floor = Math.floor(laneCount / sorted.length)
  let largerCount = laneCount - floor * sorted.length
  const free = new Set(allLanes)
  for (const member of sorted) {
    const kept = keptLanes(member, free)
    const quota = kept.length > floor && largerCount > 0 ? floor + 1 : floor
    if (quota > floor) largerCount--
    for (const lane of kept.slice(0, quota)) take(assigned, member.id, lane, free)
  }
  for (const member of sorted) {
    const own = assigned.get(member.id) ?? []
    const quota = own.length <= floor && largerCount > 0 ? floor + 1 : floor
    if (quota > floor && own.length < quota) largerCount--
    while (own.length < quota) {
      const [lane] = free
      if (lane === undefined) break
      take(assigned, member.id, lane, free)
    }
    own.sort((left, right) => left - right)
  }
  return assigned
}

function take(
  assigned: Map<string, number[]>,
  memberId: string,
  lane: number,
  free: Set<number>,
): void {
  free.delete(lane)
  assigned.get(memberId)?.push(lane)
}

function keptLanes(member: LaneMember, free: ReadonlySet<number>): number[] {
  return [...new Set(member.lanes)]
    .filter((lane) => free.has(lane))
    .sort((left, right) => left - right)
}

/** Newest ownership first (an older one may be a zombie's), then most lanes, then by id. */
function bySeniority(left: LaneMember, right: LaneMember): number {
  return (
    right.generation - left.generation ||
    right.lanes.length - left.lanes.length ||
    (left.id < right.id ? -1 : Number(left.id > right.id))
  )
}
