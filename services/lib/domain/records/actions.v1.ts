// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** What was asked, approved, done, undone, proved. */
export type Action = {
  action_id: string
  incident_id: string
  tenant_id: string
  occurred_at: number
  kind: string
  phase: ActionPhase
  scope: string | null
  requested_by: string | null
  approved_by: string[] | null
  reason: string | null
  parameters: Record<string, string>
  outcome: string | null
  expires_at: number | null
  revision: number
}

export type ActionPhase =
  | 'requested'
  | 'planned'
  | 'approved'
  | 'denied'
  | 'applied'
  | 'proven'
  | 'unproven'
  | 'ineffective'
  | 'undone'
  | 'expired'
  | 'failed'
