// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** What is being done. One writer: respond. */
export type Case = {
  incident_id: string
  tenant_id: string
  session_ids: string[]
  status: CaseStatus
  stage: string | null
  detected_at: number
  triaged_at: number | null
  contained_at: number | null
  recovered_at: number | null
  review_due_at: number | null
  closed_at: number | null
  blast_radius: string[]
  decisions: string[]
  playbook: string | null
  playbook_version: string | null
  revision: number
  /** The gravest severity this case was contained for; it falls only by a person's decision. */
  severity: string | null
  /** Event time of the legal hold, which comes before any restriction. */
  preserved_at: number | null
  eradicated_at: number | null
  /** Event time the recovery stage was entered; null outside recovery. */
  stage_since_at: number | null
  /** Actions and gates that wait for a person: `<action or gate> <what it would do>`. */
  awaiting: string[]
  /** Each scope in order: `<action kind> <scope> <phase>`. */
  containment: string[]
  /** What a person must look at: unproven or ineffective actions, failures, a review overdue. */
  escalations: string[]
}

export type CaseStatus =
  | 'open'
  | 'triaged'
  | 'contained'
  | 'eradicated'
  | 'recovering'
  | 'closed'
  | 'false_positive'
