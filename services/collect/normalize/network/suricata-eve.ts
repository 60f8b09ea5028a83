import { isObject, type JsonObject } from '#domain/json-form.ts'
import type { Format, FormatReader, Reading } from '../format.ts'
import { timeOf } from '../log-time.ts'
import { RecordFields, textOf } from '../record-fields.ts'
import { jsonRecord } from '../log-fields.ts'
import { HostMemory } from './host-memory.ts'
import {
  durationMs,
  networkExtra,
  OTHER_SUBJECT,
  told,
  TOLD_ELSEWHERE,
  unpackMemory,
  type NetworkFacts,
} from './network-reading.ts'
import { isDnsAnswer, dnsFacts, rememberDns } from './suricata-dns.ts'
import { endpointOf, urlOf } from './web-address.ts'

/**
 * Suricata's EVE log: flow, dns (versions 1 to 3), tls, quic and http; drops and alerts that
 * blocked. `stats` and what is no traffic is skipped, and alerts that let pass: they are findings.
 */
export const SURICATA_EVE: Format = {
  name: 'suricata-eve',
  title: 'Suricata EVE JSON: flow, dns, tls, quic, http, drop, alerts that blocked',
  framing: 'line',
  latenessUs: 300_000_000,
  open: (memory) => new EveReader(memory),
}

class EveReader implements FormatReader {
  readonly #hosts: HostMemory
  #sawQuery: boolean

  constructor(memory: string | undefined) {
    const { hosts, sawQuery } = unpackMemory(memory)
    this.#hosts = new HostMemory(hosts)
    this.#sawQuery = sawQuery === true
  }

  read(record: Buffer): Reading {
    const parsed = jsonRecord(record)
    if (!parsed.ok) return parsed
    const { json } = parsed
    const type = json['event_type']
    if (type === 'dns') return this.#dns(json)
    if (type === 'netflow') return TOLD_ELSEWHERE
    if (type === 'alert' && partOf(json, 'alert')['action'] !== 'blocked') return OTHER_SUBJECT
    const read = typeof type === 'string' ? READERS.get(type) : undefined
    if (read === undefined) return OTHER_SUBJECT
    const fields = new RecordFields(json)
    const facts = read(fields, json, this.#hosts)
    return fields.refusal() ?? told(facts)
  }

  memory(): string {
    return JSON.stringify({ hosts: this.#hosts.pack(), sawQuery: this.#sawQuery })
  }

  /** A lookup is told by its question; by its answer only where no questions are logged. */
  #dns(json: JsonObject): Reading {
    const dns = partOf(json, 'dns')
    const fields = new RecordFields(json)
    const facts = dnsFacts(fields, ends(fields, 'dns'), dns)
    const refusal = fields.refusal()
    if (refusal !== undefined) return refusal
    if (!isDnsAnswer(dns)) {
      this.#sawQuery = true
      return told(facts)
    }
    rememberDns(dns, facts.occurred_at, this.#hosts)
    return this.#sawQuery ? TOLD_ELSEWHERE : told(facts)
  }
}

type ReadType = (fields: RecordFields, json: JsonObject, hosts: HostMemory) => NetworkFacts

const READERS: ReadonlyMap<string, ReadType> = new Map<string, ReadType>([
  ['flow', flow],
  ['tls', tls],
  ['quic', quic],
  ['http', http],
  ['drop', blocked],
  ['alert', blocked],
])

function ends(fields: RecordFields, action: NetworkFacts['action']): NetworkFacts {
  return {
    occurred_at: fields.time('timestamp'),
    action,
    source_address: fields.address('src_ip', 'source_address'),
    client_port: fields.port('src_port', 'client_port'),
    destination_address: fields.address('dest_ip', 'destination_address'),
    destination_port: fields.port('dest_port', 'destination_port'),
    transport: fields.text('proto')?.toLowerCase() ?? null,
  }
}

function flow(fields: RecordFields, json: JsonObject, hosts: HostMemory): NetworkFacts {
  const facts = ends(fields, 'flow')
  const of = partOf(json, 'flow')
  const counts = new RecordFields(of)
  const startUs = timeOf(of['start'])
  const endUs = timeOf(of['end']) ?? facts.occurred_at
  const atUs = startUs ?? facts.occurred_at
  const id = fields.label('flow_id')
  const named = hosts.nameOf(id, facts.destination_address ?? null, atUs)
  const whole: NetworkFacts = {
    ...facts,
    occurred_at: atUs,
    destination_host: named?.host ?? null,
    protocol: protocolOf(fields),
    bytes_out: counts.count('bytes_toserver', 'bytes_out'),
    bytes_in: counts.count('bytes_toclient', 'bytes_in'),
    packets_out: counts.count('pkts_toserver', 'packets_out'),
    packets_in: counts.count('pkts_toclient', 'packets_in'),
    duration_ms: startUs === undefined ? null : durationMs(startUs, endUs),
    extra: networkExtra({
      connection_id: id,
      host_basis: named?.basis,
      connection_state: counts.text('state'),
      community_id: fields.text('community_id'),
    }),
  }
  const refusal = counts.refusal()
  if (refusal !== undefined) fields.fail(refusal.reason, refusal.detail)
  return whole
}

function tls(fields: RecordFields, json: JsonObject, hosts: HostMemory): NetworkFacts {
  const of = new RecordFields(partOf(json, 'tls'))
  return opened(fields, hosts, of, 'tls')
}

function quic(fields: RecordFields, json: JsonObject, hosts: HostMemory): NetworkFacts {
  const of = new RecordFields(partOf(json, 'quic'))
  return opened(fields, hosts, of, 'quic')
}

function opened(
  fields: RecordFields,
  hosts: HostMemory,
  of: RecordFields,
  protocol: string,
): NetworkFacts {
  const id = fields.label('flow_id')
  const sni = of.host('sni')
  hosts.opened(id, sni, 'sni')
  return {
    ...ends(fields, 'tls'),
    destination_host: sni,
    protocol,
    sni,
    ja4: of.text('ja4'),
    extra: networkExtra({ connection_id: id, tls_version: of.text('version') }),
  }
}

function http(fields: RecordFields, json: JsonObject, hosts: HostMemory): NetworkFacts {
  const request = partOf(json, 'http')
  const of = new RecordFields(request)
  const authority = of.text('hostname')
  const { host } = endpointOf(authority)
  const id = fields.label('flow_id')
  hosts.opened(id, host, 'http')
  const status = request['status']
  return {
    ...ends(fields, 'http'),
    destination_host: host,
    protocol: 'http',
    http_method: of.text('http_method'),
    url: urlOf('http', authority, of.text('url')),
    extra: networkExtra({
      connection_id: id,
      status: typeof status === 'number' ? status : null,
      user_agent: of.text('http_user_agent'),
      mcp_method: headerOf(request['request_headers'], 'mcp-method'),
    }),
  }
}

function blocked(fields: RecordFields, json: JsonObject): NetworkFacts {
  const alert = new RecordFields(partOf(json, 'alert'))
  const drop = new RecordFields(partOf(json, 'drop'))
  return {
    ...ends(fields, 'blocked'),
    protocol: protocolOf(fields),
    verdict: 'blocked',
    extra: networkExtra({
      connection_id: fields.label('flow_id'),
      reason: drop.text('reason') ?? alert.text('signature'),
    }),
  }
}

function partOf(json: JsonObject, name: string): JsonObject {
  const part = json[name]
  return isObject(part) ? part : {}
}

function protocolOf(fields: RecordFields): string | null {
  const protocol = fields.text('app_proto')
  return protocol === 'failed' ? null : protocol
}

/** A header of `dump-all-headers: request`. */
function headerOf(headers: unknown, name: string): string | null {
  if (!Array.isArray(headers)) return null
  for (const header of headers.slice(0, 64) as unknown[]) {
    if (!isObject(header) || typeof header['name'] !== 'string') continue
    if (header['name'].toLowerCase() === name) return textOf(header['value'])
  }
  return null
}
