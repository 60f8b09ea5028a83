import { pino, type Logger } from 'pino'

import { Fault } from '#domain/fault.ts'

export type { Logger } from 'pino'

/** Longest message of an error that reaches a log line. */
const MESSAGE_MAX_CHARS = 300

/**
 * The process's log: JSON lines on standard error, so that standard output stays the command's.
 * Lines carry names, counts and codes; never event content.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, serializers: { error: describeError } }, pino.destination(2))
}

/** An error as a log line may show it: its code and message, without the causes' payloads. */
function describeError(error: unknown): { code: string; message: string } {
  if (error instanceof Fault) return { code: error.code, message: error.message }
  if (error instanceof Error) {
    return { code: error.name, message: error.message.slice(0, MESSAGE_MAX_CHARS) }
  }
  return { code: 'UNKNOWN', message: 'something that is not an error was thrown' }
}
