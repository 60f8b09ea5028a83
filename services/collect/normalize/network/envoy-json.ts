import type { Format } from '../format.ts'
import { RecordFields, traceOf } from '../record-fields.ts'
import { jsonRecord } from '../log-fields.ts'
import { networkExtra, told, type NetworkFacts } from './network-reading.ts'
import { endpointOf, urlOf } from './web-address.ts'

/**
 * Envoy's access log as JSON, by the names that Istio's default has: start_time, method, path,
 * authority, protocol, response_code, response_code_details, response_flags, bytes_received,
 * bytes_sent, duration, downstream_remote_address, upstream_host, requested_server_name,
 * user_agent, request_id. Optional: traceparent, mcp_method (`%REQ(MCP-METHOD)%`).
 */
export const ENVOY_JSON: Format = {
  name: 'envoy-json',
  title: "Envoy access log as JSON, by the names of Istio's default",
  framing: 'line',
  latenessUs: 300_000_000,
  open: () => ({
    read(record) {
      const parsed = jsonRecord(record)
      if (!parsed.ok) return parsed
      const fields = new RecordFields(parsed.json)
      const facts = factsOf(fields, parsed.json['traceparent'])
      return fields.refusal() ?? told(facts)
    },
    memory: () => '',
  }),
}

/** Denied by a rule, or a service that nobody declared. */
const DENIED_DETAILS = /^(?:rbac_access_denied|ext_authz_denied)/
const DENIED_FLAGS = /\bUAEX\b/
const HTTPS_PORT = 443

function factsOf(fields: RecordFields, traceparent: unknown): NetworkFacts {
  const method = fields.text('method')
  const authority = fields.text('authority')
  const sni = fields.host('requested_server_name')
  const asked = endpointOf(authority)
  const from = endpointOf(fields.text('downstream_remote_address'))
  const to = endpointOf(fields.text('upstream_host'))
  const flags = fields.text('response_flags')
  const details = fields.text('response_code_details')
  const isDenied = DENIED_DETAILS.test(details ?? '') || DENIED_FLAGS.test(flags ?? '')
  const path = fields.text('path')
  const scheme = sni !== null || asked.port === HTTPS_PORT ? 'https' : 'http'
  const trace = traceOf(traceparent)
  return {
    occurred_at: fields.time('start_time'),
    action: isDenied ? 'blocked' : method === null ? 'flow' : 'http',
    trace_id: trace?.trace_id ?? null,
    span_id: trace?.span_id ?? null,
    source_address: from.address,
    source_host: from.host,
    client_port: from.port,
    destination_host: sni ?? asked.host ?? to.host,
    destination_address: to.address ?? asked.address,
    destination_port: asked.port ?? to.port,
    transport: 'tcp',
    protocol: fields.text('protocol')?.toLowerCase() ?? null,
    bytes_out: isDenied ? null : fields.count('bytes_received', 'bytes_out'),
    bytes_in: isDenied ? null : fields.count('bytes_sent', 'bytes_in'),
    duration_ms: fields.count('duration', 'duration_ms'),
    http_method: method,
    url: method === 'CONNECT' ? (path ?? authority) : urlOf(scheme, authority, path),
    sni,
    verdict: isDenied ? 'denied' : 'allowed',
    extra: networkExtra({
      status: fields.count('response_code', 'extra'),
      outcome: details,
      flags,
      request_id: fields.text('request_id'),
      user_agent: fields.text('user_agent'),
      mcp_method: fields.text('mcp_method'),
    }),
  }
}
