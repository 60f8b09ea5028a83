// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/**
 * A record of an incident under legal hold, as it lay on the log; kept for as long as nobody
 * deletes it.
 */
export type Held = {
  tenant_id: string
  incident_id: string
  /** Without the prefix. */
  topic: string
  partition: number
  offset: number
  key: string
  /** Its value, base64. */
  body: string
  /** Of the value, hex. */
  sha256: string
  /** By the clock of whoever held it. */
  held_at: number
}
