import type { ApplicationEvent } from '#domain/records/index.ts'
import { addName } from './bounded.ts'
import { identifierHash } from './hashing.ts'

/** Which servers the texts of a session came from. */
export type SourceServers = {
  servers: string[]
  /** 48 bits for each text: 44 of its event, 4 of its server's place; the newest last. */
  sources: number[]
}

const SERVERS_MAX_COUNT = 16
const SOURCES_MAX_COUNT = 64
const EVENT_BITS = 44
const ORIGIN_SUFFIX = '.origin_event_id'

/** Nothing read yet. */
export function emptySourceServers(): SourceServers {
  return { servers: [], sources: [] }
}

/** Remembers which server a text came from. Returns how many found no room. */
export function noteSource(state: SourceServers, event: ApplicationEvent): 0 | 1 {
  const { server_id, event_id } = event
  if (server_id === null) return 0
  if (addName(state.servers, server_id, SERVERS_MAX_COUNT) === 1) return 1
  state.sources.push(eventBits(event_id) * SERVERS_MAX_COUNT + state.servers.indexOf(server_id))
  if (state.sources.length > SOURCES_MAX_COUNT) state.sources.shift()
  return 0
}

/**
 * The servers, other than the one called, whose texts the values of a call came from, sorted; null
 * where that cannot be told.
 */
export function otherServers(
  state: SourceServers,
  event: ApplicationEvent,
  originsByPath: Readonly<Record<string, string>>,
): string[] | null {
  if (event.server_id === null) return null
  const found = new Set<string>()
  for (const [name, eventId] of Object.entries(originsByPath)) {
    const server = name.endsWith(ORIGIN_SUFFIX) ? serverOf(state, eventId) : undefined
    if (server !== undefined && server !== event.server_id) found.add(server)
  }
  return [...found].sort()
}

function serverOf({ servers, sources }: SourceServers, eventId: string): string | undefined {
  const bits = eventBits(eventId)
  const source = sources.findLast((one) => Math.floor(one / SERVERS_MAX_COUNT) === bits)
  return source === undefined ? undefined : servers[source % SERVERS_MAX_COUNT]
}

function eventBits(eventId: string): number {
  return identifierHash(eventId) % 2 ** EVENT_BITS
}
