// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** What an analyst judged an alert to be. The last one of an alert counts. */
export type Disposition = {
  alert_id: string
  tenant_id: string
  /** The rule that alerted. */
  rule_id: string
  verdict: Verdict
  decided_at: number
  decided_by: string
  note: string | null
}

/** Benign: it happened as the rule says, and nothing was wrong with it. */
export type Verdict = 'true_positive' | 'false_positive' | 'benign'
