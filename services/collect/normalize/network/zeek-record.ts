import type { JsonObject } from '#domain/json-form.ts'
import type { Reading } from '../format.ts'
import { addressOf, RecordFields } from '../record-fields.ts'
import type { HostMemory } from './host-memory.ts'
import { networkExtra, OTHER_SUBJECT, told, type NetworkFacts } from './network-reading.ts'
import { endpointOf, urlOf } from './web-address.ts'

/** The logs of Zeek that tell of connections; the others tell of something else. */
export type ZeekLog = 'conn' | 'dns' | 'ssl' | 'http'

const ANSWERS_MAX_COUNT = 32
/** Where no log says its name: fields that only one log has. */
const MARKS: readonly (readonly [log: ZeekLog, fields: readonly string[]])[] = [
  ['conn', ['conn_state']],
  ['dns', ['trans_id', 'qtype', 'query']],
  ['http', ['trans_depth', 'status_code', 'user_agent']],
  ['ssl', ['ssl_history', 'cipher', 'server_name', 'established']],
]
const LOGS: ReadonlySet<string> = new Set(MARKS.map(([log]) => log))
/** SMTP counts its transactions too. */
const NOT_HTTP = ['helo', 'mailfrom']

/** Which log a record is of, by its `_path` or `#path`, else by its fields. */
export function zeekLogOf(path: unknown, json: JsonObject): ZeekLog | undefined {
  if (typeof path === 'string') return LOGS.has(path) ? (path as ZeekLog) : undefined
  if (NOT_HTTP.some((name) => name in json)) return undefined
  return MARKS.find(([, fields]) => fields.some((name) => name in json))?.[0]
}

/** Reads a record with the names and types of Zeek's JSON. Only `conn` counts bytes. */
export function zeekReading(
  log: ZeekLog | undefined,
  json: JsonObject,
  hosts: HostMemory,
): Reading {
  if (log === undefined) return OTHER_SUBJECT
  const fields = new RecordFields(withFlatId(json))
  const facts = READERS[log](fields, json, hosts)
  return fields.refusal() ?? told(facts)
}

type ReadLog = (fields: RecordFields, json: JsonObject, hosts: HostMemory) => NetworkFacts

const READERS: Record<ZeekLog, ReadLog> = { conn, dns, ssl, http }

function ends(fields: RecordFields, log: ZeekLog): NetworkFacts {
  const transport = fields.text('proto')
  return {
    occurred_at: fields.time('ts'),
    action: log === 'conn' ? 'flow' : log === 'ssl' ? 'tls' : log,
    source_address: fields.address('id.orig_h', 'source_address'),
    client_port: fields.port('id.orig_p', 'client_port'),
    destination_address: fields.address('id.resp_h', 'destination_address'),
    destination_port: fields.port('id.resp_p', 'destination_port'),
    transport: transport ?? (log === 'dns' ? null : 'tcp'),
  }
}

function conn(fields: RecordFields, _json: JsonObject, hosts: HostMemory): NetworkFacts {
  const facts = ends(fields, 'conn')
  const uid = fields.text('uid')
  const named = hosts.nameOf(uid, facts.destination_address ?? null, facts.occurred_at)
  return {
    ...facts,
    destination_host: named?.host ?? null,
    protocol: fields.text('service'),
    bytes_out:
      fields.count('orig_bytes', 'bytes_out') ?? fields.count('orig_ip_bytes', 'bytes_out'),
    bytes_in: fields.count('resp_bytes', 'bytes_in') ?? fields.count('resp_ip_bytes', 'bytes_in'),
    packets_out: fields.count('orig_pkts', 'packets_out'),
    packets_in: fields.count('resp_pkts', 'packets_in'),
    duration_ms: fields.secondsAsMs('duration'),
    extra: networkExtra({
      connection_id: uid,
      host_basis: named?.basis,
      connection_state: fields.text('conn_state'),
      community_id: fields.text('community_id'),
    }),
  }
}

function dns(fields: RecordFields, json: JsonObject, hosts: HostMemory): NetworkFacts {
  const facts = ends(fields, 'dns')
  const query = fields.host('query')
  remember(json, query, facts.occurred_at, hosts)
  return {
    ...facts,
    protocol: 'dns',
    duration_ms: fields.secondsAsMs('rtt'),
    dns_query: query,
    dns_type: fields.text('qtype_name') ?? numberText(fields.count('qtype', 'dns_type')),
    extra: networkExtra({
      connection_id: fields.text('uid'),
      response_code: fields.text('rcode_name'),
    }),
  }
}

function ssl(fields: RecordFields, _json: JsonObject, hosts: HostMemory): NetworkFacts {
  const facts = ends(fields, 'ssl')
  const sni = fields.host('server_name')
  const uid = fields.text('uid')
  hosts.opened(uid, sni, 'sni')
  return {
    ...facts,
    destination_host: sni,
    protocol: 'tls',
    sni,
    ja4: fields.text('ja4'),
    extra: networkExtra({
      connection_id: uid,
      tls_version: fields.text('version'),
      certificate_status: fields.text('validation_status'),
    }),
  }
}

function http(fields: RecordFields, _json: JsonObject, hosts: HostMemory): NetworkFacts {
  const facts = ends(fields, 'http')
  const authority = fields.text('host')
  const { host } = endpointOf(authority)
  const uid = fields.text('uid')
  hosts.opened(uid, host, 'http')
  return {
    ...facts,
    destination_host: host,
    protocol: 'http',
    http_method: fields.text('method'),
    url: urlOf('http', authority, fields.text('uri')),
    extra: networkExtra({
      connection_id: uid,
      status: fields.count('status_code', 'extra'),
      user_agent: fields.text('user_agent'),
    }),
  }
}

function remember(json: JsonObject, query: string | null, atUs: number, hosts: HostMemory): void {
  const { answers, TTLs: lives } = json
  if (query === null || !Array.isArray(answers)) return
  for (const [index, answer] of answers.slice(0, ANSWERS_MAX_COUNT).entries()) {
    const address = addressOf(answer)
    if (address === null) continue
    const ttl: unknown = Array.isArray(lives) ? lives[index] : undefined
    hosts.answered(address, query, atUs, typeof ttl === 'number' && ttl >= 0 ? ttl : 0)
  }
}

/** Some writers nest `id` instead of writing names with dots. */
function withFlatId(json: JsonObject): JsonObject {
  const { id } = json
  if (typeof id !== 'object' || id === null) return json
  const flat: JsonObject = { ...json }
  for (const [name, value] of Object.entries(id)) flat[`id.${name}`] = value
  return flat
}

function numberText(value: number | null): string | null {
  return value === null ? null : String(value)
}
