import type { ClaimBody } from './claims.ts'
import type { About, Entry } from './entry.ts'
import type { Finding } from './firing.ts'
import type { Group } from './group.ts'

type EntryBody = [
  atUs: number,
  rank: number,
  rule: number,
  eventId: string,
  firingId: string,
  value: number | string,
  about: number,
  ...carried: string[],
]

/** A group as it stands in the changelog: JSON. */
export type GroupBody = {
  version: string
  tenant_id: string
  values: string[]
  decided_us: number
  dropped_count: number
  abouts: About[]
  entries: EntryBody[]
  settled_count: number
  claims: ClaimBody[]
  tracks: { barred_us: number | null; pending: [number, EntryBody, Finding][] }[]
}

export function bodyOf(group: Group): GroupBody {
  const abouts: About[] = []
  const places = new Map<string, number>()
  const placeOf = (about: About): number => {
    const key = JSON.stringify(about)
    const place = places.get(key) ?? abouts.push(about) - 1
    places.set(key, place)
    return place
  }
  const pack = (entry: Entry): EntryBody => [
    entry.atUs,
    entry.rank,
    entry.rule,
    entry.eventId,
    entry.firingId,
    entry.value,
    placeOf(entry.about),
    ...entry.carried,
  ]
  return {
    version: group.plan.version,
    tenant_id: group.tenantId,
    values: [...group.values],
    decided_us: group.decidedUs,
    dropped_count: group.telling.droppedCount,
    entries: group.entries.slice(group.tail).map(pack),
    settled_count: group.settled - group.tail,
    claims: group.telling.claims.body(),
    tracks: group.tracks.map(({ barredUs, pending }) => ({
      barred_us: barredUs === -Infinity ? null : barredUs,
      pending: pending.map(({ dueUs, entry, finding }) => [dueUs, pack(entry), finding]),
    })),
    abouts,
  }
}

/** Puts a new group into the state it was in. */
export function restoreGroup(group: Group, body: GroupBody): void {
  const unpack = ([atUs, rank, rule, eventId, firingId, value, place, ...carried]: EntryBody) => {
    const about = body.abouts[place]!
    return { atUs, rank, rule, eventId, firingId, value, about, carried }
  }
  group.decidedUs = body.decided_us
  group.telling.droppedCount = body.dropped_count
  group.entries = body.entries.map(unpack)
  group.settled = body.settled_count
  group.telling.claims.restore(body.claims)
  for (const [index, { barred_us, pending }] of body.tracks.entries()) {
    const track = group.tracks[index]!
    track.barredUs = barred_us ?? -Infinity
    track.pending = pending.map(([dueUs, entry, finding]) => ({
      dueUs,
      entry: unpack(entry),
      finding,
    }))
  }
  group.rebuild()
}
