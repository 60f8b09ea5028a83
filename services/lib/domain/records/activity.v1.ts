// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { Layer } from './shared.ts'

/** Which session was active on which server, as one layer saw it. */
export type Activity = {
  tenant_id: string
  server_id: string
  session_id: string
  /** Each layer reports on its own, so that a record follows from one partition's order alone. */
  layer: Layer
  agent_id: string | null
  collector_id: string
  last_collector_seq: number
  first_at: number
  last_at: number
  permitted_count: number
  refused_count: number
  flow_count: number
  query_count: number
  enforcement_ids: string[]
  /** Of a server's address, which is spread over 16 by client; 0 of a session. */
  bucket: number
  /**
   * Start of the five minutes of event time that the bin fields are of; they count within it, from
   * the start of it.
   */
  bin_at: number | null
  /** Of two records of one bin the one with more events counts. */
  bin_events: number
  /** The last event counted. */
  bin_event_id: string | null
  /** Tool calls permitted. */
  bin_calls: number
  /** Rows read. */
  bin_rows: number
  bin_bytes_out: number
  bin_bytes_in: number
  /** Where flows went, at most 16, the first first. */
  bin_destinations: DestinationTraffic[]
  /** Flows whose destination found no room among them. */
  bin_destinations_dropped: number
  /**
   * Tool calls permitted since the session's record before this one on this server and layer, each
   * kind once; at most 16 kinds, the first first.
   */
  permitted: PermittedCall[]
  /** Permitted calls of kinds that found no room among them. */
  permitted_dropped: number
  /** SHA-256, hex, of the texts that results brought since then, whole ones only; at most 16. */
  content_hashes: string[]
  /** Of whoever called since then, as the tap knows them; at most 16. */
  roles: string[]
  /** Traces of the events since the report before, at most 32. */
  trace_ids: string[]
  /**
   * Clients' ends of the connections of the events since the report before, as address:port, at
   * most 32.
   */
  connections: string[]
}

export type DestinationTraffic = {
  destination: string
  flows: number
  bytes_out: number
  bytes_in: number
}

export type PermittedCall = {
  tool_name: string | null
  tool_definition_hash: string | null
  token_id: string | null
  /** It has an effect, and that is not reading. */
  changes: boolean
  last_at: number
}
