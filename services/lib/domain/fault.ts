/** Every way the world may fail us; a test holds each to a heading in deploy/runbook.md. */
export const FAULTS = {
  LOG_UNAVAILABLE: { retryable: true },
  LOG_FULL: { retryable: true },
  LOG_LOCKED: { retryable: false },
  LOG_STALLED: { retryable: false },
  TOPIC_MISSING: { retryable: false },
  OFFSET_OUT_OF_RANGE: { retryable: false },
  OWNERSHIP_LOST: { retryable: false },
  REGISTRY_UNAVAILABLE: { retryable: true },
  SCHEMA_REFUSED: { retryable: false },
  EVIDENCE_UNAVAILABLE: { retryable: true },
  EVIDENCE_BUSY: { retryable: true },
  EVIDENCE_REFUSED: { retryable: false },
  EVIDENCE_LOCKED: { retryable: false },
  QUERY_REFUSED: { retryable: false },
  INPUT_UNREADABLE: { retryable: false },
  INPUT_TRUNCATED: { retryable: false },
  OUTPUT_UNWRITABLE: { retryable: false },
  REFUSED: { retryable: false },
  SINK_UNAVAILABLE: { retryable: true },
  SINK_REFUSED: { retryable: true },
  PORT_IN_USE: { retryable: false },
  BAD_SETTINGS: { retryable: false },
  BAD_USAGE: { retryable: false },
  BAD_RULES: { retryable: false },
  NOT_FOUND: { retryable: false },
  DEMO_STUCK: { retryable: false },
} as const

export type FaultCode = keyof typeof FAULTS

/**
 * The world failed. The message is for an operator: what failed, what to do; never event content.
 */
export class Fault extends Error {
  readonly code: FaultCode

  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'Fault'
    this.code = code
  }

  get retryable(): boolean {
    return FAULTS[this.code].retryable
  }
}
