import type { ConnectionOptions } from 'node:tls'

import type { SASLOptions } from 'kafkajs'

/** How loud a line is; the names are pino's. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The part of a logger that the adapter speaks to. */
export type KafkaLogger = Record<LogLevel, (fields: object, message: string) => void>

/** How to reach a Kafka cluster and how to use it. */
export type KafkaSettings = {
  brokers: readonly string[]
  /** Stands before every topic's name, e.g. `tocsin.`. */
  topicPrefix: string
  laneCount: number
  clientId: string
  /** Stands before every group's name; the topic prefix where absent. */
  groupPrefix?: string
  tls?: boolean | ConnectionOptions
  sasl?: SASLOptions
  logger: KafkaLogger
  /** Copies of each topic that `createTopics` asks for. */
  replicationFactor?: number
  compression?: 'zstd' | 'gzip' | 'none'
  /** How long one request may take before its connection counts as dead. */
  requestTimeoutMs?: number
  /** How long a broker may be away before a call fails with LOG_UNAVAILABLE. */
  unavailableAfterMs?: number
  /** A member not heard of for so long loses its lanes; the broker allows 6 s and more. */
  sessionTimeoutMs?: number
  /** How long a partition may have records and give none before LOG_STALLED. */
  stalledAfterMs?: number
}

/** Settings with the optional ones filled in. */
export type FullSettings = Required<Omit<KafkaSettings, 'sasl'>> & Pick<KafkaSettings, 'sasl'>

/** Fills in what was left out. */
export function withDefaults(settings: KafkaSettings): FullSettings {
  return {
    groupPrefix: settings.topicPrefix,
    tls: false,
    replicationFactor: 1,
    compression: 'zstd',
    requestTimeoutMs: 10_000,
    unavailableAfterMs: 15_000,
    sessionTimeoutMs: 10_000,
    stalledAfterMs: 30_000,
    ...settings,
  }
}
