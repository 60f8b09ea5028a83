// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { Layer, TouchedObject } from './shared.ts'

/** One detector's claim. */
export type Alert = {
  /** Hash of tenant, rule id, rule version and sorted event ids. */
  alert_id: string
  tenant_id: string
  rule_id: string
  rule_name: string
  rule_version: string
  kind: AlertKind
  /** For external alerts: whose finding. */
  source: string | null
  layer: Layer
  level: Level
  occurred_at: number
  /** Event time. */
  detected_at: number
  session_id: string
  agent_id: string | null
  user_id: string | null
  server_id: string | null
  call_id: string | null
  event_ids: string[]
  title: string
  /** Holds no content. */
  summary: string
  /**
   * What it claims: injection_seen, instruction_followed, reading_followed, unrequested, data_left,
   * private_data_carried, production_changed, persisted, egress, sensitive_read, anomaly.
   */
  claims: string[]
  /** type:value. */
  entities: string[]
  atlas: string[]
  owasp: string[]
  measures: Measure[]
  /** Where the values came from. */
  origin_event_ids: string[]
  /** Where the followed instruction came in. */
  instruction_event_ids: string[]
  facts: Facts
  baseline_epoch: number | null
  /** Redacted excerpts, opt-in. */
  evidence: string[] | null
  late: boolean
  /** The set of rules in force when it was found. */
  pack_version: string
  /** What hits of a suppressed rule have in common; they share one alert_id. */
  dedup_key: string | null
  /** Of two with one alert_id the higher counts, then the earlier. */
  revision: number
  /** Why a call is said to follow an instruction, the weightiest first; no content. */
  reasons: string[]
  /** W3C, of the event the alert is about. */
  trace_id: string | null
  /** The client's end of the connection of that event, as address:port. */
  connection: string | null
}

export type AlertKind = 'rule' | 'statistic' | 'sequence' | 'external'

export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical'

export type Measure = {
  name: string
  observed: number
  expected: number | null
  score: number | null
}

export type Facts = {
  rows: number
  bytes: number
  bytes_out: number
  objects: TouchedObject[]
  destinations: string[]
  sensitive_types: string[]
}
