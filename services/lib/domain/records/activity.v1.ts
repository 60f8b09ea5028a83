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
}
