import { logLevel, type logCreator } from 'kafkajs'

import type { KafkaLogger, LogLevel } from './settings.ts'

/** What the client reports as an error while it is only waiting; it tries again by itself. */
const PASSING = /coordinator|load|not available|Connection|seed broker|timed out|leader|refresh/i

/** Turns the client's log lines into ours, one level lower: what matters reaches us as a Fault. */
export function logCreatorFor(logger: KafkaLogger): logCreator {
  return () =>
    ({ namespace, level, log }) => {
      const fields = { client: 'kafkajs', namespace, broker: log['broker'] as unknown }
      const reason =
        typeof log['error'] === 'string' ? `${log.message}: ${log['error']}` : log.message
      logger[levelOf(level, reason)](fields, reason)
    }
}

/** The level of one of the client's lines in our log. */
export function levelOf(level: logLevel, message: string): LogLevel {
  if (level === logLevel.ERROR) return PASSING.test(message) ? 'debug' : 'warn'
  return 'debug'
}
