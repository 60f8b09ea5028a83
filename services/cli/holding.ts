import { loadHolds } from '#adapters/clickhouse/holds.ts'
import type { Fault } from '#domain/fault.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import type { Logger } from '#runtime/logger.ts'
import { keepHolds } from '../store/holds.ts'

/** Keeps what is under legal hold from expiring, where this process stores. */
export function holdingOf(
  evidence: EvidenceStore | undefined,
  everyMs: number,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> | undefined {
  if (evidence === undefined) return undefined
  const onFault = ({ code }: Fault): void =>
    logger.warn({ service: 'store', code }, 'holds could not be renewed; the next time they are')
  return keepHolds({ evidence, statements: loadHolds(), everyMs, onFault }, signal)
}
