import type { NetworkEvent } from '#domain/records/index.ts'
import { addName } from './bounded.ts'
import { isDestinationAllowed, isOwnDomain, type AgentScope } from './inventory.ts'
import { registeredDomain, tunnelFeatures, type LookupCount } from './lookup.ts'
import { identifierHash } from './hashing.ts'
import { contactFeatures, packRhythms, unpackRhythms, type Rhythm } from './rhythm.ts'
import { emptySight, packPlain, type LayerObserver } from './sight.ts'

const DESTINATIONS_MAX_COUNT = 32
const REFUSALS: ReadonlySet<string> = new Set([
  'blocked',
  'block',
  'deny',
  'denied',
  'drop',
  'reject',
])

type NetworkFacts = {
  bytesOut: number
  bytesIn: number
  rhythms: Rhythm[]
  lookups: LookupCount[]
  denials: number
  destinations: string[]
  destinationsDropped: number
}

/** Watches what leaves for a session. */
export const NETWORK_OBSERVER: LayerObserver<NetworkEvent, NetworkFacts> = {
  empty: () => ({
    bytesOut: 0,
    bytesIn: 0,
    rhythms: [],
    lookups: [],
    denials: 0,
    destinations: [],
    destinationsDropped: 0,
  }),
  pack: (facts) => packPlain({ ...facts, rhythms: packRhythms(facts.rhythms) }),
  unpack: (body) => {
    const facts = structuredClone(body) as NetworkFacts
    return { ...facts, lookups: facts.lookups ?? [], rhythms: unpackRhythms(facts.rhythms) }
  },
  renew: ({ rhythms, lookups }) => ({ ...NETWORK_OBSERVER.empty(), rhythms, lookups }),
  observe(facts, event, { scope }) {
    const sight = emptySight()
    const destination = destinationOf(event)
    const bytesOut = event.bytes_out ?? 0
    facts.bytesOut += bytesOut
    facts.bytesIn += event.bytes_in ?? 0
    const denied = isRefused(event) ? 1 : 0
    facts.denials += denied
    if (destination !== null) {
      const dropped = addName(facts.destinations, destination, DESTINATIONS_MAX_COUNT)
      facts.destinationsDropped += dropped
      sight.names = { destination: [destination] }
    }
    sight.sums = { bytes_out: bytesOut, denials: denied }
    sight.peaks = { event_bytes_out: bytesOut }
    sight.facts = {
      destination_host: destination,
      destination_domain: destination === null ? null : registeredDomain(destination),
      destination_port: event.destination_port,
      client_port: event.client_port,
      destination_allowed: destination === null ? null : isDestinationAllowed(scope, destination),
      event_bytes_out: event.bytes_out,
      bytes_out: facts.bytesOut,
      destinations: [...facts.destinations],
      denials: facts.denials,
      decision: event.verdict,
      features: featuresOf(facts, event, destination, scope),
      labels: bytesOut > 0 && isOutside(scope, destination) ? ['external_out'] : [],
      facts_dropped: facts.destinationsDropped,
    }
    return sight
  },
}

/** How what left compares with what came, how evenly contacts come, and the form of a lookup. */
function featuresOf(
  facts: NetworkFacts,
  event: NetworkEvent,
  destination: string | null,
  scope: AgentScope,
): Record<string, number> {
  const { dns_query: name, dns_type: type, occurred_at: atUs } = event
  if (event.action === 'dns')
    return name === null ? {} : tunnelFeatures(facts.lookups, name, type, atUs)
  const { bytesOut, bytesIn } = facts
  const pair = identifierHash(`${event.source_address ?? ''} ${destination}`)
  return {
    'traffic.out_in_ratio': Math.round((bytesOut / Math.max(1, bytesIn)) * 1000) / 1000,
    ...(destination === null ? {} : contactFeatures(facts.rhythms, pair, atUs)),
    ...(destination !== null &&
      isSiblingAllowed(scope, destination) && { 'destination.sibling_allowed': 1 }),
  }
}

/** Whether a host outside the list shares its registered domain with one on it. */
function isSiblingAllowed(scope: AgentScope, host: string): boolean {
  if (scope.egress === undefined || isDestinationAllowed(scope, host) === true) return false
  const domain = registeredDomain(host)
  if (domain === null) return false
  return scope.egress.some((listed) => registeredDomain(listed.replace(/^\*?\./, '')) === domain)
}

/** Whether something on the way stopped it. */
export function isRefused({ action, verdict }: NetworkEvent): boolean {
  return action === 'blocked' || REFUSALS.has((verdict ?? '').toLowerCase())
}

/** Where it goes, or which name it looks up; null where the event does not say. */
export function destinationOf(event: NetworkEvent): string | null {
  const { destination_host, sni, dns_query, destination_address } = event
  const name = [destination_host, sni, dns_query, destination_address].find(
    (candidate) => candidate !== null && candidate !== '',
  )
  return name === undefined || name === null ? null : name.toLowerCase().replace(/\.$/, '')
}

/** Neither the organisation's own, nor allowed, nor an address of the local network. */
function isOutside(scope: AgentScope, destination: string | null): boolean {
  if (destination === null || isOwnDomain(scope, destination)) return false
  const isAllowed = isDestinationAllowed(scope, destination)
  return isAllowed === null ? !isLocal(destination) : !isAllowed
}

function isLocal(host: string): boolean {
  if (/^(?:10|127)\.\d|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\./.test(host)) return true
  if (host === '::1' || /^f[cd][0-9a-f]{2}:/.test(host)) return true
  return host === 'localhost' || /\.(?:local|internal|localdomain)$/.test(host)
}
