// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { TouchedObject } from './shared.ts'

/** What was found. One writer: correlate. */
export type Incident = {
  /** Hash of tenant, session and generation. */
  incident_id: string
  tenant_id: string
  generation: number
  related_incident_ids: string[]
  session_ids: string[]
  severity: Severity
  severity_reasons: string[]
  /** Event time of its first alert. */
  opened_at: number
  /** Event time of its last alert. */
  updated_at: number
  revision: number
  settled: boolean
  alert_ids: string[]
  alerts_dropped: number
  layers: string[]
  title: string
  summary: string
  agent_ids: string[]
  user_ids: string[]
  server_ids: string[]
  /** Where the injected instruction came in. */
  injection_event_ids: string[]
  /** Tool calls judged to follow it. */
  attacker_event_ids: string[]
  data_touched: TouchedObject[]
  destinations: string[]
  /** Alerts of a server's address and the confidence they belong here. */
  attributions: Record<string, number>
  /** By alert_id, how many events a suppressed alert stands for, where it is more than one. */
  alert_hits: Record<string, number>
  /** Credentials its alerts were about, by jti or keyed hash; at most 64. */
  token_ids: string[]
  /** By alert_id, how an alert of a server's address came here: trace, connection or overlap. */
  attribution_bases: Record<string, string>
}

export type Severity = 'moderate' | 'high' | 'critical'
