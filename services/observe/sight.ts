import type {
  ApplicationEvent,
  DataEvent,
  ModelEvent,
  NetworkEvent,
  Observation,
} from '#domain/records/index.ts'
import type { Hide } from './hashing.ts'
import type { AgentScope } from './inventory.ts'

export type AnyEvent = ApplicationEvent | DataEvent | ModelEvent | NetworkEvent

/** What an observer knows beside the session's own state. */
export type Surroundings = { hide: Hide; scope: AgentScope }

/**
 * What one event is, in the light of its session: facts of the observation, and what sums it up.
 */
export type Sight = {
  facts: Partial<Observation>
  /** Adds to the session's measures. */
  sums: Record<string, number>
  /** Measures of which the session keeps the highest. */
  peaks: Record<string, number>
  /** Names for the session's sets. */
  names: Record<string, string[]>
}

/** Watches one layer of a session. `pack` gives JSON that nobody changes later. */
export interface LayerObserver<Event extends AnyEvent, Facts> {
  empty(): Facts
  observe(facts: Facts, event: Event, surroundings: Surroundings): Sight
  pack(facts: Facts): unknown
  unpack(body: unknown): Facts
  /** What outlives a window of an address; absent: nothing. */
  renew?(facts: Facts): Facts
}

/** Nothing seen yet. */
export function emptySight(): Sight {
  return { facts: {}, sums: {}, peaks: {}, names: {} }
}

/** Plain JSON facts pack as they are. */
export function packPlain(facts: unknown): unknown {
  return structuredClone(facts)
}
