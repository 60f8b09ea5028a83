// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** Which scope is restricted now; taps obey it. */
export type Enforcement = {
  enforcement_id: string
  tenant_id: string
  scope_kind: ScopeKind
  scope_value: string
  restriction: Restriction
  incident_id: string | null
  since: number
  expires_at: number | null
  reason: string | null
  revision: number
}

export type ScopeKind =
  | 'session'
  | 'agent'
  | 'role'
  | 'server'
  | 'tool'
  | 'content_hash'
  | 'definition_hash'

export type Restriction = 'refuse' | 'read_only' | 'close' | 'sanitise' | 'none'
