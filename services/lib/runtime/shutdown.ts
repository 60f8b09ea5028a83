/** A process that does not stop by itself within this time is ended. */
const SHUTDOWN_MAX_MS = 10_000

/**
 * A signal that aborts at SIGINT or SIGTERM. A second signal, or ten seconds without an end, ends
 * the process at once; what was not acknowledged is read again at the next start.
 */
export function shutdownSignal(onSignal: (name: string) => void): AbortSignal {
  const controller = new AbortController()
  const stop = (name: string): void => {
    if (controller.signal.aborted) process.exit(1)
    onSignal(name)
    controller.abort()
    setTimeout(() => process.exit(1), SHUTDOWN_MAX_MS).unref()
  }
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGTERM', () => stop('SIGTERM'))
  return controller.signal
}
