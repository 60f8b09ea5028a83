// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { Layer, SessionBasis, TouchedObject } from './shared.ts'

/**
 * Facts about one event in the light of its session; holds no content. Running facts count this
 * session's events of the same layer, up to and with this one.
 */
export type Observation = {
  observation_id: string
  event_id: string
  layer: Layer
  action: string
  occurred_at: number
  collected_at: number
  tenant_id: string
  collector_id: string
  collector_seq: number
  session_id: string
  session_basis: SessionBasis
  agent_id: string | null
  agent_version: string | null
  user_id: string | null
  server_id: string | null
  trace_id: string | null
  span_id: string | null
  token_id: string | null
  token_audience: string | null
  client_address: string | null
  approval_id: string | null
  source_principal: string | null
  call_id: string | null
  late: boolean
  tool_name: string | null
  tool_definition_hash: string | null
  is_error: boolean | null
  decision: string | null
  /** Tool calls of the session so far. */
  tool_calls: number | null
  tool_calls_of_this_tool: number | null
  /** Calls of this tool with the very same arguments so far. */
  repeated_calls: number | null
  distinct_tools: number | null
  errors: number | null
  denials: number | null
  seconds_since_request: number | null
  seconds_since_session_end: number | null
  /** read, write, delete, send, pay, grant, execute or unknown. */
  effect: string | null
  /** Whether the user asked for this effect; null where nobody can tell. */
  requested: boolean | null
  /** Whether argument values of this call came from a text that tells the assistant what to do. */
  instructed: boolean | null
  /** The events which brought that text in, or for a result that holds such a text, itself. */
  instruction_event_ids: string[] | null
  /** <argument path>.origin and <argument path>.origin_event_id. */
  argument_origins: Record<string, string>
  /** The distinct origins of this call's argument values. */
  origins: string[] | null
  /** untrusted_in, private_read, external_out, destructive, persistent, instruction. */
  labels: string[]
  /** Measures of the event's text, by name. */
  features: Record<string, number>
  /** Kinds of sensitive values found in the event. */
  sensitive_types: string[]
  /** Rows of this event. */
  rows: number | null
  /** Bytes of this event. */
  bytes: number | null
  /** Rows read in the session so far. */
  rows_read: number | null
  bytes_read: number | null
  /** Objects of this event. */
  object_names: string[] | null
  /** What the session touched so far, bounded. */
  objects_read: TouchedObject[] | null
  /** Objects of this event outside the agent's declared scope; null where none is declared. */
  objects_out_of_scope: string[] | null
  db_user: string | null
  destination_host: string | null
  destination_port: number | null
  /** Null where no allowlist is declared. */
  destination_allowed: boolean | null
  /** Bytes this event sent out. */
  event_bytes_out: number | null
  /** Bytes sent out in the session so far. */
  bytes_out: number | null
  /** Destinations of the session so far, bounded. */
  destinations: string[] | null
  completions: number | null
  output_bytes: number | null
  proposed_tools: string[] | null
  /** How many facts a limit cut from this record. */
  facts_dropped: number
  /** Keyed hash of a call's tool and arguments; the same call has the same. */
  arguments_hash: string | null
  /** Distinct definitions of this tool of this server that the session has met so far. */
  tool_definitions: number | null
  /** Null where no servers are declared for the agent, or no server is known. */
  server_allowed: boolean | null
  /** Other servers, whose results this call's argument values came from. */
  origin_server_ids: string[] | null
  /** Scopes of the credential used, bounded. */
  token_scopes: string[] | null
  /** Whether the user stands in the credential's delegation chain; null where there is none. */
  user_delegated: boolean | null
  query_fingerprint: string | null
  /** The domain below which the destination's names lie: its last labels; null for addresses. */
  destination_domain: string | null
  /**
   * The client's end of the connection, where the record tells it: what joins a query with its
   * flow.
   */
  client_port: number | null
}
