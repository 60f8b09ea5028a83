import { Fault } from '#domain/fault.ts'
import type { OcsfEvent } from '../ocsf.ts'

/** A finding as one receiver takes it. */
export type Parcel = { event: OcsfEvent; body: Buffer }

/** A finding that the receiver refuses for what it holds; `reason` is a word of ours or a code. */
export type Refusal = { index: number; reason: string }

/** What a receiver said of a batch: what is neither refused nor to be sent again has arrived. */
export type Answer =
  | {
      kind: 'taken'
      /** What came back, for a person. */
      detail: string
      refused: readonly Refusal[]
      /** Places in the batch that did not fit now. */
      again: readonly number[]
      retryAfterMs: number | undefined
    }
  /** It took none, for what one of them holds or for their size, without saying which. */
  | { kind: 'refused'; reason: string }

/** One other system that gets the findings. */
export type Sink = {
  /** Where to, for a person: no secret. */
  readonly target: string
  readonly limits: { maxCount: number; maxBytes: number }
  encode(event: OcsfEvent): Buffer
  /**
   * Sends a batch within the limits; resolves once the receiver has acknowledged it, as far as it
   * can. The same batch may be sent again: the receiver knows each by its id.
   *
   * @throws SinkFault SINK_UNAVAILABLE, SINK_REFUSED: nothing of the batch counts as arrived.
   */
  send(batch: readonly Parcel[], signal: AbortSignal): Promise<Answer>
  close(): void
}

/** What a sink needs of the process. */
export type SinkWorld = {
  nowMs: () => number
  randomUuid: () => string
  hostname: string
  /** Between two looks for an acknowledgement. */
  pollMs: number
  /** How long a closing receiver's word may take to reach us: more than a round trip. */
  lingerMs: number
}

/** A receiver that cannot be reached, is busy, or does not let us in. */
export class SinkFault extends Fault {
  readonly retryAfterMs: number | undefined

  constructor(code: 'SINK_UNAVAILABLE' | 'SINK_REFUSED', message: string, retryAfterMs?: number) {
    super(code, message)
    this.retryAfterMs = retryAfterMs
  }
}

/** The answer of a receiver that took everything. */
export function allTaken(detail: string): Answer {
  return { kind: 'taken', detail, refused: [], again: [], retryAfterMs: undefined }
}
