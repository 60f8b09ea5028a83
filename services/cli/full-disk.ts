import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'

/**
 * What a command of one run fails with when the log's disk is full: nobody makes room meanwhile.
 */
export function endOnFullLog(code: string): Fault | undefined {
  if (code !== 'LOG_FULL') return undefined
  return new Fault('LOG_FULL', 'No space left for the log: make room, then run it again')
}

/** Evidence in this process that fails, rather than is tried again, where it cannot be written. */
export function endOnFullEvidence(evidence: EvidenceStore): EvidenceStore {
  return {
    ...evidence,
    insert: (insert) =>
      evidence.insert(insert).catch((cause: unknown) => {
        if (!(cause instanceof Fault) || cause.code !== 'EVIDENCE_UNAVAILABLE') throw cause
        const message = 'The evidence cannot be written: make room, then run it again'
        throw new Fault('OUTPUT_UNWRITABLE', message, { cause })
      }),
  }
}
