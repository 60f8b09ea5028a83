// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** One detection rule and its state. */
export type RuleDocument = {
  rule_id: string
  name: string
  rule_version: string
  state: RuleState
  /** YAML. */
  text: string
  pack_version: string
  changed_at: number
  changed_by: string | null
  revision: number
  /** The first event time it holds for. */
  effective_at: number
}

export type RuleState = 'staged' | 'live' | 'retired'
