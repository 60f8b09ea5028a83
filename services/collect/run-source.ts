import { retry, type RetryContext } from '#runtime/retry.ts'
import type { LogCollector } from './log-collector.ts'
import type { RawSource } from './raw-source.ts'

/**
 * Brings a source's records into the log until the source ends or the signal aborts. One batch is
 * under way at a time: a log that is away holds the source back.
 *
 * @throws what the source throws; what `take` throws that is not retryable.
 */
export async function runSource(
  source: RawSource,
  collector: LogCollector,
  context: RetryContext,
): Promise<void> {
  const { signal } = context
  let mark = collector.mark
  for await (const batch of source.batches(signal)) {
    mark = batch.mark
    const note = { mark, end: 'open', readAtMs: collector.nowMs() } as const
    await retry(() => collector.take(batch.records, note), context)
    await batch.acknowledged?.()
  }
  if (signal.aborted) return
  await retry(() => collector.take([], { mark, end: 'finished' }), context)
}
