import { isObject, type JsonObject } from '#domain/json-form.ts'
import type { Format, FormatReader, Reading } from '../format.ts'
import { addressOf, hostOf, RecordFields, textOf } from '../record-fields.ts'
import { refuse } from '../reject.ts'
import { jsonRecord } from '../log-fields.ts'
import { HostMemory } from './host-memory.ts'
import {
  networkExtra,
  OTHER_SUBJECT,
  told,
  TOLD_ELSEWHERE,
  unpackMemory,
  type NetworkFacts,
} from './network-reading.ts'
import { endpointOf, endpointOfUrl } from './web-address.ts'

/**
 * Cilium Hubble's flows as JSON (`hubble observe -o json`, or its exporter): packets, seen at
 * several points. A connection is told once: by its first packet where it leaves the workload, by
 * its request on layer 7, or by its drop. There are no bytes in them.
 */
export const HUBBLE_JSON: Format = {
  name: 'hubble-json',
  title: 'Cilium Hubble flows as JSON (hubble observe -o json)',
  framing: 'line',
  latenessUs: 60_000_000,
  open: (memory) => new HubbleReader(memory),
}

const TRANSPORTS = ['TCP', 'UDP', 'SCTP'] as const
const LIST_MAX_COUNT = 32

class HubbleReader implements FormatReader {
  readonly #hosts: HostMemory

  constructor(memory: string | undefined) {
    this.#hosts = new HostMemory(unpackMemory(memory))
  }

  read(record: Buffer): Reading {
    const parsed = jsonRecord(record)
    if (!parsed.ok) return parsed
    const { json } = parsed
    const flow = isObject(json['flow']) ? json['flow'] : json
    if (flow['IP'] === undefined || flow['verdict'] === undefined) return OTHER_SUBJECT
    if (!isObject(flow['IP'])) return refuse('WRONG_TYPE', 'IP')
    const l7 = partOf(flow, 'l7')
    this.#remember(flow, l7)
    if (isToldElsewhere(flow, l7)) return TOLD_ELSEWHERE
    const fields = new RecordFields(flow)
    const facts = this.#factsOf(fields, flow, l7)
    const uuid = fields.text('uuid')
    return fields.refusal() ?? told(facts, uuid === null ? undefined : { recordId: uuid })
  }

  memory(): string {
    const packed = this.#hosts.pack()
    return packed === undefined ? '' : JSON.stringify(packed)
  }

  #factsOf(fields: RecordFields, flow: JsonObject, l7: JsonObject): NetworkFacts {
    const ends = endsOf(fields, flow)
    const verdict = fields.text('verdict')?.toLowerCase() ?? null
    const named = namesOf(flow['destination_names'])[0]
    const known = this.#hosts.nameOf(null, ends.destination_address ?? null, ends.occurred_at)
    const facts: NetworkFacts = {
      ...ends,
      action: 'flow',
      source_host: nameOf(partOf(flow, 'source')),
      destination_host: named ?? nameOf(partOf(flow, 'destination')) ?? known?.host ?? null,
      verdict,
      extra: networkExtra({
        source_namespace: textOf(partOf(flow, 'source')['namespace']),
        destination_namespace: textOf(partOf(flow, 'destination')['namespace']),
        reason: fields.text('drop_reason_desc'),
        node: fields.text('node_name'),
      }),
    }
    if (verdict === 'dropped') return { ...facts, action: 'blocked' }
    if (isObject(l7['dns'])) return { ...facts, ...dnsOf(l7['dns']) }
    if (isObject(l7['http'])) return { ...facts, ...httpOf(l7['http']) }
    return facts
  }

  #remember(flow: JsonObject, l7: JsonObject): void {
    const { dns } = l7
    if (l7['type'] !== 'RESPONSE' || !isObject(dns) || !Array.isArray(dns['ips'])) return
    const query = hostOf(dns['query'])
    const atUs = new RecordFields(flow).time('time')
    const ttl = typeof dns['ttl'] === 'number' ? dns['ttl'] : 0
    for (const ip of dns['ips'].slice(0, LIST_MAX_COUNT) as unknown[]) {
      const address = addressOf(ip)
      if (address !== null && query !== null) this.#hosts.answered(address, query, atUs, ttl)
    }
  }
}

/** Answers, packets after the first, and what another point sees of the same packet. */
function isToldElsewhere(flow: JsonObject, l7: JsonObject): boolean {
  if (flow['is_reply'] === true || l7['type'] === 'RESPONSE') return true
  const isFromOutside = textOf(partOf(flow, 'source')['pod_name']) === null
  if (flow['traffic_direction'] === 'INGRESS' && !isFromOutside) return true
  if (flow['verdict'] === 'DROPPED' || l7['type'] === 'REQUEST') return false
  const tcp = partOf(flow, 'l4')['TCP']
  return isObject(tcp) && partOf(tcp, 'flags')['SYN'] !== true
}

function endsOf(fields: RecordFields, flow: JsonObject): NetworkFacts {
  const l4 = partOf(flow, 'l4')
  const transport = TRANSPORTS.find((name) => isObject(l4[name]))
  const ports = new RecordFields(transport === undefined ? {} : partOf(l4, transport))
  const ip = new RecordFields(partOf(flow, 'IP'))
  const ends: NetworkFacts = {
    occurred_at: fields.time('time'),
    action: 'flow',
    source_address: ip.address('source', 'source_address'),
    client_port: ports.port('source_port', 'client_port'),
    destination_address: ip.address('destination', 'destination_address'),
    destination_port: ports.port('destination_port', 'destination_port'),
    transport: transport?.toLowerCase() ?? (isObject(l4['ICMPv4']) ? 'icmp' : null),
  }
  const refusal = ip.refusal() ?? ports.refusal()
  if (refusal !== undefined) fields.fail(refusal.reason, refusal.detail)
  return ends
}

function dnsOf(dns: JsonObject): Partial<NetworkFacts> {
  return {
    action: 'dns',
    protocol: 'dns',
    destination_host: null,
    dns_query: hostOf(dns['query']),
    dns_type: namesOf(dns['qtypes'])[0]?.toUpperCase() ?? null,
  }
}

function httpOf(http: JsonObject): Partial<NetworkFacts> {
  const url = textOf(http['url'])
  const { host } = endpointOfUrl(url ?? '')
  const authority = headerOf(http['headers'], 'host') ?? headerOf(http['headers'], ':authority')
  const name = host ?? endpointOf(authority).host
  return {
    action: 'http',
    protocol: 'http',
    http_method: textOf(http['method']),
    url,
    ...(name !== null && { destination_host: name }),
    extra: networkExtra({ mcp_method: headerOf(http['headers'], 'mcp-method') }),
  }
}

function headerOf(headers: unknown, name: string): string | null {
  if (!Array.isArray(headers)) return null
  const found = (headers.slice(0, LIST_MAX_COUNT) as unknown[]).find(
    (header) => isObject(header) && textOf(header['key'])?.toLowerCase() === name,
  )
  return isObject(found) ? textOf(found['value']) : null
}

function nameOf(endpoint: JsonObject): string | null {
  const pod = textOf(endpoint['pod_name'])
  const namespace = textOf(endpoint['namespace'])
  return pod === null ? null : namespace === null ? pod : `${namespace}/${pod}`
}

function namesOf(list: unknown): string[] {
  return Array.isArray(list) ? list.slice(0, 4).flatMap((name) => hostOf(name) ?? []) : []
}

function partOf(json: JsonObject, name: string): JsonObject {
  const part = json[name]
  return isObject(part) ? part : {}
}
