import { onTestFinished } from 'vitest'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemas } from '#adapters/avro/schemas.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import { enforcementRoute } from '#adapters/http/enforcement-events.ts'
import { openHttpServer, type HttpServer } from '#adapters/http/server.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import { keyOf, partitionOf } from '#domain/lane.ts'
import type { Headers } from '#domain/log.ts'
import type { ApplicationEvent, Enforcement } from '#domain/records/index.ts'
import { createLogger } from '#runtime/logger.ts'
import { writeDoors } from '../../../services/cli/doors.ts'
import { formOf } from '../../../services/cli/json-lines.ts'
import { startCollect } from '../../../services/collect/main.ts'

const LANES = 4
const TOKENS = { admin: 'a', ingest: 'i', tap: 't', 'sql-reader': 'r', 'sql-writer': 'w' }

const DULL_RESTRICTION: Enforcement = {
  enforcement_id: 'e-1',
  tenant_id: 'default',
  scope_kind: 'server',
  scope_value: 'notes',
  restriction: 'refuse',
  incident_id: 'incident-1',
  since: 1,
  expires_at: null,
  reason: null,
  revision: 1,
  written_by: 'respond',
  action_id: null,
  tool_names: [],
  shingles: [],
  signature: null,
}

export const aRestriction = (differs: Partial<Enforcement> = {}): Enforcement => ({
  ...DULL_RESTRICTION,
  ...differs,
})

/** The owner of a data directory, as far as a tap meets it: its log, its collector, its doors. */
export class TestPipeline {
  readonly #directory: string
  readonly #log = openEmbeddedLog({ path: ':memory:', laneCount: LANES })
  #http: HttpServer | undefined
  #removeDoors = (): void => undefined
  #stopCollect = new AbortController()
  #codec: Awaited<ReturnType<typeof openCodec>> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  static async start(directory: string): Promise<TestPipeline> {
    const pipeline = new TestPipeline(directory)
    await pipeline.#log.createTopics()
    const ids = fileSchemaIds([...loadSchemas().values()])
    pipeline.#codec = await openCodec(loadSchemas(), ids, '')
    await pipeline.open()
    onTestFinished(() => pipeline.close())
    return pipeline
  }

  /** Opens the doors, on another port each time. */
  async open(): Promise<void> {
    const log = this.#log
    const codec = this.#codecOf()
    this.#stopCollect = new AbortController()
    const parts = { log, codec, logger: createLogger('silent'), onPosted: () => undefined }
    const collect = await startCollect(parts, this.#stopCollect.signal)
    const toJson = (record: Enforcement): Record<string, unknown> =>
      formOf('enforcement.v1').toJson(record)
    this.#http = await openHttpServer({
      host: '127.0.0.1',
      port: 0,
      tokens: TOKENS,
      routes: [...collect.routes, enforcementRoute({ log, codec, toJson })],
      limits: { closeMaxMs: 100 },
      onError: (error) => {
        throw error
      },
    })
    const doors = { pid: process.pid, http: { url: this.#http.url }, tokens: TOKENS }
    this.#removeDoors = writeDoors(this.#directory, doors)
  }

  /** Closes the doors: nobody can be reached. The log stays. */
  async leave(): Promise<void> {
    this.#removeDoors()
    this.#stopCollect.abort()
    await this.#http?.close()
    this.#http = undefined
  }

  get url(): string {
    return this.#http?.url ?? ''
  }

  /** Publishes a restriction, as respond does. */
  async restrict(restriction: Enforcement, headers: Headers = {}): Promise<void> {
    const { tenant_id, scope_kind, scope_value, incident_id } = restriction
    const key = keyOf(tenant_id, scope_kind, scope_value, incident_id ?? '')
    const value = this.#codecOf().encode('enforcement.v1', restriction)
    const partition = partitionOf(key, LANES)
    const sender = await this.#log.openSender()
    await sender.send([{ topic: 'enforcement.v1', partition, key, value, headers }])
  }

  /** Every application event that has come, in the order of its collector's numbers. */
  async events(): Promise<ApplicationEvent[]> {
    const found: ApplicationEvent[] = []
    for (let partition = 0; partition < LANES; partition++) {
      const from = { topic: 'events.application.v1', partition, offset: 0 } as const
      for await (const chunk of this.#log.readToEnd(from))
        for (const { value } of chunk.records) {
          const decoded = this.#codecOf().decode('events.application.v1', value)
          if (decoded.ok) found.push(decoded.value)
        }
    }
    return found.sort((left, right) => left.collector_seq - right.collector_seq)
  }

  async close(): Promise<void> {
    if (this.#http !== undefined) await this.leave()
    await this.#log.close()
  }

  #codecOf(): Awaited<ReturnType<typeof openCodec>> {
    if (this.#codec === undefined) throw new TypeError('the pipeline was not started')
    return this.#codec
  }
}
