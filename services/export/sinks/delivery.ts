import { setTimeout as wait } from 'node:timers/promises'

import { SinkFault, type Answer, type Parcel, type Refusal, type Sink } from './sink.ts'

const FIRST_DELAY_MS = 500
const DELAY_MAX_MS = 60_000
const RETRY_AFTER_MAX_MS = 3_600_000

export type DeliveryWorld = {
  random: () => number
  /** Before the first repetition; doubled each time, up to a minute. */
  firstDelayMs?: number
  /** Hears of each failure before the wait. */
  onRetry: (fault: SinkFault, delayMs: number) => void
}

type Refused = { parcel: Parcel; reason: string }

/**
 * Sends a batch until each of it has arrived or is refused, however long the receiver is away:
 * waits grow with full jitter, and are at least as long as the receiver asks for. A batch refused
 * as a whole is halved until it is known which of it is meant. Resolves to those refused, or to
 * undefined where the signal ended it first: nothing may count as arrived then.
 */
export async function deliver(
  sink: Sink,
  batch: readonly Parcel[],
  world: DeliveryWorld,
  signal: AbortSignal,
): Promise<Refused[] | undefined> {
  const refused: Refused[] = []
  const parts: (readonly Parcel[])[] = [batch]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const answer = await sendUntilAnswered(sink, part, world, signal)
    if (answer === undefined) return undefined
    if (answer.kind === 'refused') {
      const [only] = part
      const middle = Math.ceil(part.length / 2)
      if (part.length > 1) parts.push(part.slice(middle), part.slice(0, middle))
      else if (only !== undefined) refused.push({ parcel: only, reason: answer.reason })
      continue
    }
    refused.push(...refusedOf(part, answer.refused))
    if (answer.again.length === 0) continue
    const left = answer.again.flatMap((index) => part[index] ?? [])
    parts.push(left)
    // Where some of a batch were refused the rest did not fail: it need not wait.
    if (answer.refused.length > 0 && answer.retryAfterMs === 0) continue
    const fault = new SinkFault('SINK_UNAVAILABLE', 'took a part', answer.retryAfterMs)
    await pause(fault, left.length < part.length ? 0 : 1, world, signal)
    if (signal.aborted) return undefined
  }
  return refused
}

async function sendUntilAnswered(
  sink: Sink,
  part: readonly Parcel[],
  world: DeliveryWorld,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await sink.send(part, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      if (!(error instanceof SinkFault)) throw error
      await pause(error, attempt, world, signal)
    }
  }
  return undefined
}

async function pause(
  fault: SinkFault,
  attempt: number,
  world: DeliveryWorld,
  signal: AbortSignal,
): Promise<void> {
  const firstMs = world.firstDelayMs ?? FIRST_DELAY_MS
  const ceilingMs = Math.min(DELAY_MAX_MS, firstMs * 2 ** Math.min(attempt, 10))
  const askedMs = Math.min(RETRY_AFTER_MAX_MS, fault.retryAfterMs ?? 0)
  const delayMs = Math.ceil(askedMs + world.random() * ceilingMs)
  world.onRetry(fault, delayMs)
  await wait(delayMs, undefined, { signal }).catch(() => undefined)
}

function refusedOf(part: readonly Parcel[], refusals: readonly Refusal[]): Refused[] {
  return refusals.flatMap(({ index, reason }) => {
    const parcel = part[index]
    return parcel === undefined ? [] : [{ parcel, reason }]
  })
}
