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
}

export type CaseStatus =
  | 'open'
  | 'triaged'
  | 'contained'
  | 'eradicated'
  | 'recovering'
  | 'closed'
  | 'false_positive'
