// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

/** Input nobody could use, and why. Holds no content. */
export type Reject = {
  /** Hash of source, position and reason. */
  reject_id: string
  tenant_id: string | null
  /** A topic, or the input's name. */
  source: string
  partition: number
  /** Offset in a topic, line of a file, from 1. */
  position: number
  reason: string
  /** Which field, which limit; never the content. */
  detail: string
  bytes: number
  rejected_by: string
  /** Event time, where it was legible. */
  occurred_at: number | null
}
