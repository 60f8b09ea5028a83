import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { openHttpEvidence } from '#adapters/clickhouse/http.ts'
import { Fault } from '#domain/fault.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { Logger } from '#runtime/logger.ts'
import { retry, type RetryContext } from '#runtime/retry.ts'
import type { CollectorEntry, SourceEntry } from '../../collect/collector-settings.ts'
import type { Format } from '../../collect/normalize/format.ts'
import type { RawSource } from '../../collect/raw-source.ts'
import { openFileTail } from '../../collect/sources/file-tail.ts'
import { openKafkaLines } from '../../collect/sources/kafka-lines.ts'
import { openQueryLog } from '../../collect/sources/query-log.ts'
import { openSyslog, type SyslogOptions } from '../../collect/sources/syslog.ts'
import { kafkaSettings } from '../world.ts'

/** A source that we read; the others are doors that are posted to. */
export type PulledEntry = Exclude<SourceEntry, { kind: 'http' | 'otlp' }>

export type OpenSourceParts = {
  settings: Settings
  environment: Environment
  logger: Logger
  context: RetryContext
}

/**
 * Opens a source where its checkpoint's mark says.
 *
 * @throws Fault BAD_SETTINGS, PORT_IN_USE, LOG_UNAVAILABLE, TOPIC_MISSING.
 */
export async function openSource(
  { name, source }: Omit<CollectorEntry, 'source'> & { source: PulledEntry },
  format: Format,
  mark: unknown,
  parts: OpenSourceParts,
): Promise<RawSource> {
  const { settings, environment, logger, context } = parts
  const onTrouble = (message: string): void => logger.warn({ collector: name }, message)
  if (source.kind === 'file') return openFile(name, source, format, mark, onTrouble)
  if (source.kind === 'clickhouse') return openClickHouse(name, source, mark, environment, context)
  if (source.kind === 'kafka') {
    const { topic, group = name, from, brokers = settings.TOCSIN_BROKERS } = source
    if (brokers === undefined)
      throw new Fault('BAD_SETTINGS', `${name}: source.brokers is needed, or TOCSIN_BROKERS`)
    const { openRawTopic } = await import('#adapters/kafka/raw-topic.ts')
    const how = { ...kafkaSettings(settings, logger), brokers }
    return openKafkaLines(await openRawTopic(how, { topic, group, from }), topic, mark)
  }
  const { transport, host, port } = source
  const tls = tlsOf(name, source)
  const opened = await openSyslog({ transport, host, port, tls, boot: randomUUID(), onTrouble })
  logger.info({ collector: name, host, port: opened.port, transport }, 'listening')
  return opened
}

function openFile(
  name: string,
  { path, follow, rotate_wait_ms: rotateWaitMs }: Extract<SourceEntry, { kind: 'file' }>,
  { name: formatName, framing }: Format,
  mark: unknown,
  onTrouble: (message: string) => void,
): RawSource {
  if (follow && framing === 'document')
    throw new Fault('BAD_SETTINGS', `${name}: ${formatName} reads whole files: follow none`)
  return openFileTail({ path, framing, follow, mark, nowMs: Date.now, onTrouble, rotateWaitMs })
}

function tlsOf(
  name: string,
  { transport, cert_file, key_file, ca_file }: Extract<SourceEntry, { kind: 'syslog' }>,
): SyslogOptions['tls'] {
  if (transport !== 'tls' || cert_file === undefined || key_file === undefined) return undefined
  const ca = ca_file === undefined ? undefined : readPem(name, 'ca_file', ca_file)
  return {
    cert: readPem(name, 'cert_file', cert_file),
    key: readPem(name, 'key_file', key_file),
    ca,
  }
}

function readPem(name: string, setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const message = `${name}: source.${setting}: cannot read ${path}`
    throw new Fault('BAD_SETTINGS', message, { cause })
  }
}

function openClickHouse(
  name: string,
  entry: Extract<SourceEntry, { kind: 'clickhouse' }>,
  mark: unknown,
  environment: Environment,
  context: RetryContext,
): RawSource {
  const { url, user, password_env, table, poll_s, lag_s, since_s } = entry
  const password = password_env === undefined ? '' : environment[password_env]
  if (password === undefined)
    throw new Fault('BAD_SETTINGS', `${name}: source.password_env: ${password_env} is not set`)
  const store = openHttpEvidence({ url, user, password, database: 'default' })
  const source = openQueryLog({
    query: (sql, parameters) => retry(() => store.query(sql, parameters), context),
    table,
    mark,
    nowMs: Date.now,
    lagMs: lag_s * 1000,
    pollMs: poll_s * 1000,
    sinceMs: since_s * 1000,
  })
  return { batches: (signal) => source.batches(signal), close: () => store.close() }
}
