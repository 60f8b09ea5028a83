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
  /** Of a person's decision: used once, so that a copy of it does nothing. */
  nonce: string | null
  /**
   * Of a person's decision: Ed25519 over its signing text (respond/decision-text.ts) by the person,
   * base64url.
   */
  signature: string | null
  /** What was found when it was applied or proved; never event content. */
  detail: string | null
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
