import { openKafkaLog } from '../../../services/lib/adapters/kafka/log.ts'
import type { KafkaLogger, KafkaSettings } from '../../../services/lib/adapters/kafka/settings.ts'
import type { Log } from '../../../services/lib/domain/log.ts'

let worldCount = 0

/** A prefix nobody else on the broker uses. */
export function freshPrefix(): string {
  worldCount++
  return `t${process.pid}-${Date.now().toString(36)}-${worldCount}.`
}

/** Settings of a Kafka log for a test. */
export const someKafkaSettings = (
  brokers: readonly string[],
  differs: Partial<KafkaSettings> = {},
): KafkaSettings => ({
  brokers,
  topicPrefix: 'tocsin.',
  laneCount: 4,
  clientId: 'test',
  logger: SILENT,
  sessionTimeoutMs: 6_000,
  ...differs,
})

/** Opens a Kafka log for a test. */
export function openTestLog(
  brokers: readonly string[],
  differs: Partial<KafkaSettings> = {},
): Promise<Log> {
  return openKafkaLog(someKafkaSettings(brokers, differs))
}

const SILENT: KafkaLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
