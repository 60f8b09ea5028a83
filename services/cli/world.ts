import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { openCodec } from '#adapters/avro/codec.ts'
import { loadSchemaHistory, loadSchemas } from '#adapters/avro/schemas.ts'
import { openEmbeddedEvidence, type EmbeddedEvidence } from '#adapters/clickhouse/embedded.ts'
import { createHttpDatabase, openHttpEvidence } from '#adapters/clickhouse/http.ts'
import { loadMigrations } from '#adapters/clickhouse/migrations.ts'
import type { Durability } from '#adapters/embedded/database.ts'
import { openEmbeddedLog } from '#adapters/embedded/log.ts'
import type { KafkaSettings } from '#adapters/kafka/settings.ts'
import { fileSchemaIds } from '#adapters/registry/files.ts'
import type { Codec, SchemaIds } from '#domain/codec.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import type { Log } from '#domain/log.ts'
import type { Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import { migrate } from '../store/migrate.ts'
import { makeDirectory } from './directory.ts'

/**
 * The evidence store, the engine under it where that runs here, and the migrations just applied.
 */
export type OpenedEvidence = {
  evidence: EvidenceStore
  engine: EmbeddedEvidence['engine'] | undefined
  applied: string[]
}

/** The adapters a process works with. */
export type World = { log: Log; codec: Codec; close: () => Promise<void> }

/**
 * Opens the log and the codec: Kafka and a Schema Registry where brokers are set, else the
 * directory's own.
 *
 * @throws Fault LOG_UNAVAILABLE, LOG_LOCKED, REGISTRY_UNAVAILABLE, SCHEMA_REFUSED, BAD_SETTINGS.
 */
export async function openWorld(
  settings: Settings,
  directory: string,
  durability: Durability,
  logger: Logger,
): Promise<World> {
  const log = await openLog(settings, directory, durability, logger)
  try {
    const ids = await openSchemaIds(settings.TOCSIN_REGISTRY)
    const codec = await openCodec(loadSchemas(), ids, settings.TOCSIN_TOPIC_PREFIX)
    return { log, codec, close: () => log.close() }
  } catch (error) {
    await log.close()
    throw error
  }
}

/**
 * Opens the evidence store, its tables brought up to date: ClickHouse over HTTP where a URL is set,
 * else the engine in this process on the directory. Over HTTP it makes the database where it is not
 * there; a SQL door has one, and refuses any other name.
 *
 * @throws Fault EVIDENCE_UNAVAILABLE, EVIDENCE_LOCKED, EVIDENCE_REFUSED.
 */
export async function openEvidence(settings: Settings, directory: string): Promise<OpenedEvidence> {
  const { evidence, engine } = await openEvidenceAsItIs(settings, directory)
  try {
    const applied = await migrate(evidence, loadMigrations())
    return { evidence, engine, applied }
  } catch (error) {
    await evidence.close()
    throw error
  }
}

async function openEvidenceAsItIs(
  settings: Settings,
  directory: string,
): Promise<Omit<OpenedEvidence, 'applied'>> {
  if (settings.TOCSIN_CLICKHOUSE === undefined) {
    makeDirectory(directory)
    const evidence = await openEmbeddedEvidence({ directory: join(directory, 'evidence') })
    return { evidence, engine: evidence.engine }
  }
  const options = {
    url: webAddress('TOCSIN_CLICKHOUSE', settings.TOCSIN_CLICKHOUSE),
    user: settings.TOCSIN_CLICKHOUSE_USER,
    password: settings.TOCSIN_CLICKHOUSE_PASSWORD,
    database: settings.TOCSIN_CLICKHOUSE_DATABASE,
  }
  await createHttpDatabase(options)
  return { evidence: openHttpEvidence(options), engine: undefined }
}

/** @throws Fault BAD_SETTINGS where a client could not even parse it. */
function webAddress(name: string, text: string): string {
  const protocol = URL.parse(text)?.protocol
  if (protocol === 'http:' || protocol === 'https:') return text
  throw new Fault('BAD_SETTINGS', `Bad settings: ${name}: expected http://host:port`)
}

/** The clients of Kafka and of its registry are loaded only where they are used. */
async function openLog(
  settings: Settings,
  directory: string,
  durability: Durability,
  logger: Logger,
): Promise<Log> {
  const laneCount = settings.TOCSIN_PARTITIONS
  if (settings.TOCSIN_BROKERS !== undefined) {
    const { openKafkaLog } = await import('#adapters/kafka/log.ts')
    return openKafkaLog(kafkaSettings(settings, logger))
  }
  makeDirectory(directory)
  const path = join(directory, 'log.sqlite')
  return openEmbeddedLog({ path, laneCount, durability })
}

async function openSchemaIds(registry: string | undefined): Promise<SchemaIds> {
  if (registry === undefined)
    return fileSchemaIds([...loadSchemas().values(), ...loadSchemaHistory()])
  const { confluentSchemaIds } = await import('#adapters/registry/confluent.ts')
  return confluentSchemaIds({ url: webAddress('TOCSIN_REGISTRY', registry) })
}

/** How these settings reach Kafka; no brokers where none are set. */
export function kafkaSettings(settings: Settings, logger: Logger): KafkaSettings {
  const ca = settings.TOCSIN_KAFKA_TLS_CA_FILE
  const sasl = saslOf(settings)
  return {
    brokers: settings.TOCSIN_BROKERS ?? [],
    topicPrefix: settings.TOCSIN_TOPIC_PREFIX,
    laneCount: settings.TOCSIN_PARTITIONS,
    clientId: 'tocsin',
    tls: ca === undefined ? settings.TOCSIN_KAFKA_TLS : { ca: readCertificate(ca) },
    replicationFactor: settings.TOCSIN_KAFKA_REPLICATION,
    sessionTimeoutMs: settings.TOCSIN_KAFKA_SESSION_TIMEOUT_MS,
    logger,
    ...(sasl === undefined ? {} : { sasl }),
  }
}

function readCertificate(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new Fault('BAD_SETTINGS', `TOCSIN_KAFKA_TLS_CA_FILE: cannot read ${path}`, { cause })
  }
}

function saslOf(settings: Settings): KafkaSettings['sasl'] {
  const mechanism = settings.TOCSIN_KAFKA_SASL_MECHANISM
  const username = settings.TOCSIN_KAFKA_SASL_USER
  const password = settings.TOCSIN_KAFKA_SASL_PASSWORD
  if (mechanism === undefined) return undefined
  if (username === undefined || password === undefined)
    throw new Fault('BAD_SETTINGS', 'TOCSIN_KAFKA_SASL_MECHANISM needs a user and a password')
  return { mechanism, username, password }
}
