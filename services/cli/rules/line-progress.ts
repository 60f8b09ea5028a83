import { SingleBar } from 'cli-progress'

import type { EventLines } from './event-lines.ts'

/** Progress through lines: a bar where standard error is a terminal, nothing in a pipe. */
export type LineProgress = { update(linesCount: number): void; stop(): void }

/** Shows how far a file is read; of standard input only how many lines came. */
export function createLineProgress(lines: EventLines): LineProgress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined }
  const { totalBytes } = lines.progress()
  const share = totalBytes === undefined ? '' : '{bar} {percentage}% | '
  const bar = new SingleBar({
    format: `${share}{linesCount} events`,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  })
  bar.start(totalBytes ?? 0, 0, { linesCount: 0 })
  return {
    update: (linesCount) => bar.update(lines.progress().readBytes, { linesCount }),
    stop: () => bar.stop(),
  }
}
