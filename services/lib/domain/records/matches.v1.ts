// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { Layer } from './shared.ts'

/**
 * A hit of a rule that alerts nobody: a correlation needs it, the rule is staged, or an exception
 * allows it.
 */
export type Match = {
  match_id: string
  tenant_id: string
  rule_id: string
  rule_name: string
  rule_version: string
  layer: Layer
  occurred_at: number
  session_id: string
  agent_id: string | null
  user_id: string | null
  server_id: string | null
  event_id: string
  group_by: Record<string, string>
  reason: MatchReason
  exception_id: string | null
  pack_version: string
}

export type MatchReason = 'counted' | 'staged' | 'excepted'
