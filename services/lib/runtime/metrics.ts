import { Counter, Gauge, Histogram, Registry } from 'prom-client'

import type { Log } from '#domain/log.ts'
import type { RunningStage } from './stage.ts'
import type { StageWorld } from './stage-definition.ts'

const BATCH_RECORDS_BUCKETS = [1, 10, 100, 500, 1_000, 2_000, 5_000]
const BATCH_SECONDS_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]

/** What a process counts, in Prometheus' words, and the hooks that count it. */
export type Metrics = Pick<StageWorld, 'onBatch' | 'onReject'> & {
  onRetry(service: string, code: string): void
  onStored(rowsCount: number): void
  /** Text exposition of everything, with lag and watermark as of now. */
  render(): Promise<string>
}

/** Metrics of one process; `stages` and `log` are asked for lag when they are read. */
export function createMetrics(log: Log, stages: () => readonly RunningStage[]): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const labels = <const Names extends string>(...labelNames: Names[]) => ({ labelNames, registers })
  const records = new Counter({
    name: 'tocsin_records_total',
    help: 'Records read and judged',
    ...labels('service'),
  })
  const batches = new Histogram({
    name: 'tocsin_batch_records',
    help: 'Records in a batch',
    buckets: BATCH_RECORDS_BUCKETS,
    ...labels('service'),
  })
  const latency = new Histogram({
    name: 'tocsin_batch_seconds',
    help: 'Time from a batch read to its outputs being durable',
    buckets: BATCH_SECONDS_BUCKETS,
    ...labels('service'),
  })
  const rejects = new Counter({
    name: 'tocsin_rejects_total',
    help: 'Records nobody could use',
    ...labels('service', 'reason'),
  })
  const retries = new Counter({
    name: 'tocsin_retries_total',
    help: 'Calls repeated after a fault',
    ...labels('service', 'code'),
  })
  const stored = new Counter({
    name: 'tocsin_stored_rows_total',
    help: 'Rows inserted into the evidence store',
    registers,
  })
  const lag = new Gauge({
    name: 'tocsin_lag_records',
    help: 'Records not yet read',
    ...labels('service'),
  })
  const watermark = new Gauge({
    name: 'tocsin_watermark_seconds',
    help: 'Event time that every input has reached',
    ...labels('service'),
  })
  return {
    onBatch: (service, recordsCount, tookMs) => {
      records.inc({ service }, recordsCount)
      batches.observe({ service }, recordsCount)
      latency.observe({ service }, tookMs / 1000)
    },
    onReject: (service, reason) => rejects.inc({ service, reason }),
    onRetry: (service, code) => retries.inc({ service, code }),
    onStored: (rowsCount) => stored.inc(rowsCount),
    render: async () => {
      for (const stage of stages()) {
        const { service } = stage
        lag.set({ service }, await lagOf(log, stage))
        const watermarkUs = stage.watermarkUs()
        if (Number.isFinite(watermarkUs)) watermark.set({ service }, watermarkUs / 1_000_000)
      }
      return registry.metrics()
    },
  }
}

async function lagOf(log: Log, stage: RunningStage): Promise<number> {
  const positions = stage.positions()
  const topics = [...new Set(positions.map((position) => position.topic))]
  const ends = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await log.endOffsets(topic)] as const)),
  )
  return positions.reduce((sum, { topic, partition, offset }) => {
    const end = ends.get(topic)?.[partition] ?? offset
    return sum + Math.max(0, end - offset)
  }, 0)
}
