// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { SessionBasis } from './shared.ts'

/** What an agent and its MCP servers said to each other. */
export type ApplicationEvent = {
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
  action: ApplicationAction
  method: string | null
  tool_name: string | null
  tool_definition_hash: string | null
  tool_annotations: Record<string, string> | null
  /** JSON text. */
  arguments: string | null
  content: string | null
  content_bytes: number | null
  content_truncated: boolean | null
  is_error: boolean | null
  error: string | null
  duration_ms: number | null
  decision: string | null
  protocol_version: string | null
  transport: string | null
  client_name: string | null
  /** Fields nobody here knows, as JSON text. */
  extra: Record<string, string>
}

export type ApplicationAction =
  | 'session_start'
  | 'user_request'
  | 'tools_listed'
  | 'tool_call'
  | 'tool_result'
  | 'resource_read'
  | 'prompt_get'
  | 'sampling'
  | 'elicitation'
  | 'permission_decision'
  | 'session_end'
