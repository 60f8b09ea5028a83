import { keyOf } from '#domain/lane.ts'
import type { ClosedBin, Contribution } from './open-bins.ts'

/** Whose series: `route` is an agent's, or an address's, to one destination. Most telling first. */
export const SUBJECT_KINDS = ['route', 'agent', 'destination', 'server'] as const
export type SubjectKind = (typeof SUBJECT_KINDS)[number]

export const METRICS = ['calls', 'rows', 'bytes_out', 'destinations'] as const
export type Metric = (typeof METRICS)[number]

/** What one subject came to within one bin, over all sessions. */
export type Total = {
  /** Tenant, kind, metric and names. */
  key: string
  tenantId: string
  kind: SubjectKind
  metric: Metric
  /** The agent, the server or the destination; of a route whose, and where to. */
  names: readonly string[]
  value: number
  bytesIn: number
  /** The session with the largest share, the first by id of equals, and its largest part. */
  session: { id: string; value: number; part: Contribution }
}

type Share = { value: number; part: Contribution; partValue: number }
type Tally = {
  about: Pick<Total, 'key' | 'tenantId' | 'kind' | 'metric' | 'names'>
  value: number
  bytesIn: number
  shares: Map<string, Share>
  seen: Set<string>
}
type Amount = { value: number; bytesIn?: number }

/** Destinations a subject is known to have reached within one bin; beyond, they are as one. */
const DESTINATIONS_MAX_COUNT = 10_000

/** The totals of a bin, in the order of their keys; what came to nothing has none. */
export function totalsOf({ contributions }: ClosedBin): Total[] {
  const tallies = new Map<string, Tally>()
  for (const contribution of contributions) addContribution(tallies, contribution)
  return [...tallies.values()]
    .filter(({ value }) => value > 0)
    .sort((one, other) => (one.about.key < other.about.key ? -1 : 1))
    .map(({ about, value, bytesIn, shares }) => {
      return { ...about, value, bytesIn, session: largestOf(shares) }
    })
}

function addContribution(tallies: Map<string, Tally>, contribution: Contribution): void {
  const { agent_id, server_id, bin_destinations } = contribution
  const whole: [SubjectKind, string[]][] = [['server', [server_id]]]
  if (agent_id !== null) whole.push(['agent', [agent_id]])
  for (const [kind, names] of whole) {
    const add = (metric: Metric, amount: Amount): void =>
      addAmount(tallyOf(tallies, contribution, kind, metric, names), contribution, amount)
    add('calls', { value: contribution.bin_calls })
    add('rows', { value: contribution.bin_rows })
    const { bin_bytes_out, bin_bytes_in } = contribution
    add('bytes_out', { value: bin_bytes_out, bytesIn: bin_bytes_in })
    addDestinations(tallyOf(tallies, contribution, kind, 'destinations', names), contribution)
  }
  const whose = agent_id ?? `server:${server_id}`
  for (const { destination, flows, bytes_out, bytes_in } of bin_destinations) {
    const sent = { value: bytes_out, bytesIn: bytes_in }
    const add = (kind: SubjectKind, metric: Metric, names: string[], amount: Amount): void =>
      addAmount(tallyOf(tallies, contribution, kind, metric, names), contribution, amount)
    add('route', 'bytes_out', [whose, destination], sent)
    add('destination', 'bytes_out', [destination], sent)
    add('destination', 'calls', [destination], { value: flows })
  }
}

/** Each destination once in the total; in a session's share whoever else went there. */
function addDestinations(tally: Tally, contribution: Contribution): void {
  for (const { destination } of contribution.bin_destinations) {
    if (tally.seen.size < DESTINATIONS_MAX_COUNT) tally.seen.add(destination)
  }
  addAmount(tally, contribution, { value: contribution.bin_destinations.length })
  tally.value = tally.seen.size
}

function addAmount(tally: Tally, part: Contribution, { value, bytesIn = 0 }: Amount): void {
  tally.value += value
  tally.bytesIn += bytesIn
  const known = tally.shares.get(part.session_id)
  if (known === undefined) {
    tally.shares.set(part.session_id, { value, part, partValue: value })
    return
  }
  known.value += value
  if (value > known.partValue) [known.part, known.partValue] = [part, value]
}

function tallyOf(
  tallies: Map<string, Tally>,
  { tenant_id }: Contribution,
  kind: SubjectKind,
  metric: Metric,
  names: readonly string[],
): Tally {
  const key = keyOf(tenant_id, kind, metric, ...names)
  const known = tallies.get(key)
  if (known !== undefined) return known
  const about = { key, tenantId: tenant_id, kind, metric, names }
  const tally: Tally = { about, value: 0, bytesIn: 0, shares: new Map(), seen: new Set() }
  tallies.set(key, tally)
  return tally
}

function largestOf(shares: ReadonlyMap<string, Share>): Total['session'] {
  const [first, ...others] = [...shares].sort(([one], [other]) => (one < other ? -1 : 1))
  const [id, share] = others.reduce(
    (best, next) => (next[1].value > best![1].value ? next : best),
    first,
  )!
  return { id, value: share.value, part: share.part }
}
