// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { SessionBasis } from './shared.ts'

/** One finished session, summed up. */
export type FinishedSession = {
  tenant_id: string
  session_id: string
  /**
   * 0 for the first stretch of this session id; grows when it wakes up after an inactivity gap.
   */
  part: number
  agent_id: string
  agent_version: string | null
  user_id: string | null
  session_basis: SessionBasis
  started_at: number
  ended_at: number
  end_basis: EndBasis
  /** tool_calls, rows_read and so on, by name. */
  measures: Record<string, number>
  /** tool_name, object, destination and so on: the names seen, bounded. */
  sets: Record<string, string[]>
  server_ids: string[]
  events: number
  revision: number
  /**
   * How often the session did what, by table and key: argument_origin (tool/path/origin),
   * transition (tool before/tool), effect_after (effects asked for/effect), hour_of_week; bounded.
   */
  counts: Record<string, Record<string, number>>
  /** Names and counts that found no room. */
  dropped_count: number
}

export type EndBasis = 'explicit' | 'inactivity' | 'finished'
