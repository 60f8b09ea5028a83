// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { SessionBasis } from './shared.ts'

/** What reached a database. */
export type DataEvent = {
  /** Unique per source record; a hash of the record where the source gives none. */
  event_id: string
  /** When it happened, by the source's clock. */
  occurred_at: number
  /** When the collector saw it. */
  collected_at: number
  tenant_id: string
  collector_id: string
  /** Gap-free per collector: a hole is a loss someone must explain. */
  collector_seq: number
  /** The conversation or task; server:<id> where only the server is known. */
  session_id: string
  /** How the session was established. */
  session_basis: SessionBasis
  agent_id: string | null
  agent_version: string | null
  user_id: string | null
  server_id: string | null
  trace_id: string | null
  span_id: string | null
  /** Keyed hash or jti of the credential, never the credential. */
  token_id: string | null
  token_audience: string | null
  token_scopes: string[] | null
  client_address: string | null
  delegation_chain: string[] | null
  approval_id: string | null
  /** Whose content a result carries. */
  source_principal: string | null
  /** The tool call it belongs to. */
  call_id: string | null
  /** Older than its collector's own promise. */
  late: boolean
  action: DataAction
  db_system: string | null
  db_name: string | null
  db_user: string | null
  object_names: string[] | null
  query_text: string | null
  query_fingerprint: string | null
  rows: number | null
  bytes: number | null
  columns: string[] | null
  result_sample: string | null
  status: string | null
  duration_ms: number | null
  /** Fields nobody here knows, as JSON text. */
  extra: Record<string, string>
  /**
   * The client's end of the connection, where the record tells it: what joins a query with its
   * flow.
   */
  client_port: number | null
}

export type DataAction =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'ddl'
  | 'grant'
  | 'copy'
  | 'connect'
  | 'other'
