// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** Which scope is restricted now; taps obey it. */
export type Enforcement = {
  /**
   * Hash of tenant, incident, scope kind and scope value: an incident restricts a scope in one way
   * at a time; of several incidents the strictest holds.
   */
  enforcement_id: string
  tenant_id: string
  scope_kind: ScopeKind
  /**
   * The session, agent, role or server id; for a tool `server_id/tool_name`; for a token its jti or
   * keyed hash; another hash as lower-case hex.
   */
  scope_value: string
  /**
   * none: lifted. declared_tools: only those of tool_names. sanitise: content with these shingles
   * is cut out of results.
   */
  restriction: Restriction
  incident_id: string | null
  since: number
  /** Event time from which it no longer holds; null: until it is lifted. */
  expires_at: number | null
  reason: string | null
  /** Grows by one a write; a reader ignores what is not newer. */
  revision: number
  /**
   * Who wrote it: respond, for the incident. A tap refuses a record of a writer it does not know.
   */
  written_by: string | null
  /** The action that asked for it. */
  action_id: string | null
  /** With declared_tools: the only tools allowed. */
  tool_names: string[]
  /**
   * With sanitise: hashes of the quarantined content's runs of words, as lib/domain/shingles.ts
   * makes them.
   */
  shingles: string[]
  /**
   * Ed25519 over the record's signing text (lib/domain/enforcement-text.ts), base64url, by
   * respond's key; null where no key is configured.
   */
  signature: string | null
}

export type ScopeKind =
  | 'session'
  | 'agent'
  | 'role'
  | 'server'
  | 'tool'
  | 'content_hash'
  | 'definition_hash'
  | 'token'

export type Restriction = 'refuse' | 'read_only' | 'close' | 'sanitise' | 'none' | 'declared_tools'
