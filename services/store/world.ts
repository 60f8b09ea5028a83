import type { Codec } from '#domain/codec.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import type { Log, Position } from '#domain/log.ts'
import type { CutLimits } from './cuts.ts'

/** What the store needs of the world. */
export type StoreDeps = {
  log: Log
  codec: Codec
  evidence: EvidenceStore
  /** Records read at once. */
  batchMaxCount: number
  limits: CutLimits
  /** How long a small cut may wait to grow. */
  flushEveryMs: number
  nowMs: () => number
  random: () => number
  onInserted: (topic: string, rowCount: number, tookMs: number) => void
  onRejects: (topic: string, reason: string, count: number) => void
  onRetry: (code: string, delayMs: number) => void
}

/** Someone waits until every owned partition is stored up to here. */
export type Drain = { targets: readonly Position[]; resolve: () => void }
