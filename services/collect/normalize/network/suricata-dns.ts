import { isObject, type JsonObject } from '#domain/json-form.ts'
import { addressOf, hostOf, textOf, type RecordFields } from '../record-fields.ts'
import type { HostMemory } from './host-memory.ts'
import { networkExtra, type NetworkFacts } from './network-reading.ts'

const ANSWERS_MAX_COUNT = 32
const DNS_PORT = 53

/** Whether the record is of the answer to a lookup, in any of the three versions. */
export function isDnsAnswer(dns: JsonObject): boolean {
  return dns['type'] === 'answer' || dns['type'] === 'response'
}

/**
 * The facts of a lookup. Version 3 has the question in `queries`, those before at the top; some
 * versions log an answer in its own direction, from the server.
 */
export function dnsFacts(fields: RecordFields, ends: NetworkFacts, dns: JsonObject): NetworkFacts {
  const question = questionOf(dns)
  const isBack = ends.client_port === DNS_PORT && ends.destination_port !== DNS_PORT
  return {
    ...ends,
    ...(isBack && {
      source_address: ends.destination_address ?? null,
      client_port: ends.destination_port ?? null,
      destination_address: ends.source_address ?? null,
      destination_port: ends.client_port ?? null,
    }),
    protocol: 'dns',
    dns_query: hostOf(question['rrname']),
    dns_type: textOf(question['rrtype']),
    extra: networkExtra({
      connection_id: fields.label('flow_id'),
      response_code: textOf(dns['rcode']),
    }),
  }
}

/** Keeps what the answer says of addresses. */
export function rememberDns(dns: JsonObject, atUs: number, hosts: HostMemory): void {
  const query = hostOf(questionOf(dns)['rrname'])
  if (query === null) return
  const { answers } = dns
  const all: unknown[] = Array.isArray(answers) ? answers.slice(0, ANSWERS_MAX_COUNT) : [dns]
  for (const answer of all) {
    if (!isObject(answer)) continue
    const address = addressOf(answer['rdata'])
    const ttl = answer['ttl']
    if (address !== null) hosts.answered(address, query, atUs, typeof ttl === 'number' ? ttl : 0)
  }
}

function questionOf(dns: JsonObject): JsonObject {
  const { queries } = dns
  if (!Array.isArray(queries)) return dns
  const first: unknown = queries[0]
  return isObject(first) ? first : {}
}
