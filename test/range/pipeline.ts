import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { freshPrefix } from '../support/servers/kafka-world.ts'
import { startProcess, stopProcess, until } from '../support/servers/process.ts'
import { startServers, type Servers } from '../support/servers/servers.ts'
import type { AuthorizationServer } from './authorization.ts'
import { environmentWith, TOCSIN } from './processes.ts'
import { embeddedRecords, kafkaRecords, type TimedRecord } from './timed-records.ts'

export type LaneName = 'embedded' | 'kafka'

/** A pipeline of the range: `tocsin start`, on one directory or on a real broker and registry. */
export type Pipeline = {
  lane: LaneName
  directory: string
  /** Where a tap must be told to belong to it. */
  place: string[]
  /** Settings its taps need too. */
  environment: Record<string, string>
  /** The public half of the key that restrictions are signed with. */
  publicKeyFile: string
  /** What a log's sender shows at a door. */
  ingestToken: string
  /** What a host tells of its conversation, which no tap sees. */
  post: (event: Record<string, unknown>) => Promise<void>
  /** Whether the log holds an incident in which all these names and titles stand so far. */
  hasIncident: (words: readonly string[]) => Promise<boolean>
  /** Ends the pipeline; resolves to every record it has written, with the time it was logged. */
  finish: () => Promise<TimedRecord[]>
  /** Ends what is left, servers included. */
  stop: () => Promise<void>
}

/** An agent whose tokens the pipeline may revoke. */
export type Enrolled = { agentId: string; token: string }

const STARTS_WITHIN_MS = 60_000
const PARTITIONS_MAX_COUNT = 64
const HASH_KEY = 'of the range alone'
/** The range's organisation: mail to any other domain goes outside. */
const AGENTS = { '*': { own_domains: ['harbour.example'], egress: ['harbour.example'] } }

/** What is told to a pipeline of the range beside what all are told. */
export type PipelineExtras = {
  /** The servers of the inventory, by id. */
  servers?: Record<string, object>
  /** The entries of its file of collectors. */
  collectors?: readonly object[]
  environment?: Record<string, string>
}

export async function startPipeline(
  lane: LaneName,
  directory: string,
  authorization: AuthorizationServer | undefined,
  enrolled: readonly Enrolled[],
  extras: PipelineExtras = {},
): Promise<Pipeline> {
  mkdirSync(directory, { recursive: true })
  const servers = lane === 'kafka' ? await startServers({ own: true }) : undefined
  try {
    return await startOn(servers, { lane, directory, authorization, enrolled, extras })
  } catch (error) {
    await servers?.stop()
    throw error
  }
}

type Place = {
  lane: LaneName
  directory: string
  authorization: AuthorizationServer | undefined
  enrolled: readonly Enrolled[]
  extras: PipelineExtras
}

async function startOn(
  servers: Servers | undefined,
  { lane, directory, authorization, enrolled, extras }: Place,
): Promise<Pipeline> {
  const dataDirectory = join(directory, 'data')
  const files = writeSettings(directory, authorization, enrolled, extras)
  const prefix = freshPrefix()
  const shared = {
    TOCSIN_HASH_KEY: HASH_KEY,
    ...(servers === undefined ? {} : { TOCSIN_TOPIC_PREFIX: prefix }),
  }
  const place = ['--data-dir', dataDirectory, ...placeOf(servers)]
  const own = {
    TOCSIN_HTTP_PORT: '0',
    TOCSIN_SQL_PORT: '0',
    TOCSIN_LOG_LEVEL: 'warn',
    ...files.own,
    ...extras.environment,
  }
  const start = (words: string[]) =>
    startProcess(
      process.execPath,
      [...TOCSIN, ...words, ...place],
      join(directory, 'pipeline.log'),
      environmentWith({ ...own, ...shared }),
    )
  if (servers !== undefined) await ended(start(['migrate']))
  const child = start(['start'])
  const doorsFile = join(dataDirectory, 'doors.json')
  await until(() => readDoors(doorsFile)?.pid === child.pid, STARTS_WITHIN_MS, 'the pipeline')
  const doors = readDoors(doorsFile)
  if (doors === undefined) throw new Error('the pipeline opened no door')
  const stopChild = (): Promise<void> => stopProcess(child, 'SIGTERM')
  return {
    lane,
    directory,
    place,
    environment: shared,
    publicKeyFile: files.publicKeyFile,
    ingestToken: doors.tokens.ingest,
    post: (event) => postEvent(doors, event),
    hasIncident: (words) => hasIncident(doors, words),
    finish: async () => {
      await stopChild()
      if (servers === undefined) return embeddedRecords(join(dataDirectory, 'log.sqlite'))
      return kafkaRecords(servers.kafka.brokers, servers.registry.url, prefix)
    },
    stop: async () => {
      await stopChild()
      await servers?.stop()
    },
  }
}

function placeOf(servers: Servers | undefined): string[] {
  if (servers === undefined) return []
  const { kafka, registry } = servers
  return ['--brokers', kafka.brokers.join(','), '--registry', registry.url]
}

/** JSON is YAML too. */
function writeSettings(
  directory: string,
  authorization: AuthorizationServer | undefined,
  enrolled: readonly Enrolled[],
  { servers = {}, collectors = [] }: PipelineExtras,
) {
  const write = (name: string, content: unknown): string => {
    const path = join(directory, name)
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const oauth =
    authorization === undefined ? undefined : oauthSettings(authorization, enrolled, write)
  return {
    publicKeyFile: write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    own: {
      TOCSIN_INVENTORY: write('inventory.yaml', { agents: AGENTS, servers }),
      TOCSIN_DESTINATIONS: write('destinations.yaml', { oauth }),
      ...(collectors.length === 0
        ? {}
        : { TOCSIN_COLLECTORS: write('collectors.yaml', { collectors }) }),
      TOCSIN_SIGNING_KEY: write(
        'key.pem',
        privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ),
    },
  }
}

function oauthSettings(
  { client, revocationUrl, introspectionUrl }: AuthorizationServer,
  enrolled: readonly Enrolled[],
  write: (name: string, content: unknown) => string,
): object {
  const tokens = enrolled.map(({ agentId, token }) => [
    agentId,
    [{ token: { file: write(`token-${agentId}`, token) } }],
  ])
  return {
    revocation_endpoint: revocationUrl,
    introspection_endpoint: introspectionUrl,
    client_id: client.client_id,
    client_secret: { file: write('client-secret', client.client_secret) },
    tokens: Object.fromEntries(tokens) as object,
  }
}

type Doors = { pid: number; http: { url: string }; tokens: { admin: string; ingest: string } }

function readDoors(path: string): Doors | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Doors
  } catch {
    return undefined
  }
}

async function postEvent({ http, tokens }: Doors, event: Record<string, unknown>): Promise<void> {
  const headers = {
    authorization: `Bearer ${tokens.ingest}`,
    'content-type': 'application/x-ndjson',
  }
  const body = `${JSON.stringify(event)}\n`
  const answer = await fetch(`${http.url}/v1/events`, { method: 'POST', headers, body })
  if (answer.status !== 200) throw new Error(`the door answered ${answer.status} to an event`)
}

/** Looks at whole partitions, of which an answer holds the first thousand records. */
async function hasIncident({ http, tokens }: Doors, words: readonly string[]): Promise<boolean> {
  const headers = { authorization: `Bearer ${tokens.admin}` }
  for (let partition = 0; partition < PARTITIONS_MAX_COUNT; partition += 1) {
    const url = `${http.url}/v1/topics/incidents.v1/${partition}?limit=1000`
    const answer = await fetch(url, { headers })
    if (answer.status === 404) return false
    const { records } = (await answer.json()) as { records: { value: string | null }[] }
    // Texts stand in the encoded record as they are.
    const incidents = records.map(({ value }) => Buffer.from(value ?? '', 'base64'))
    if (incidents.some((one) => words.every((word) => one.includes(word)))) return true
  }
  return false
}

function ended(child: ReturnType<typeof startProcess>): Promise<void> {
  return new Promise((resolve, reject) =>
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`tocsin migrate ended with ${code}`))
    }),
  )
}
