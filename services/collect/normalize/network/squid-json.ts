import type { Format } from '../format.ts'
import { RecordFields, traceOf } from '../record-fields.ts'
import { jsonRecord } from '../log-fields.ts'
import { networkExtra, told, type NetworkFacts } from './network-reading.ts'
import { endpointOf, endpointOfUrl } from './web-address.ts'

/**
 * Squid's access log by the `logformat` of deploy/squid-logformat.conf. What was denied reached
 * squid and no further: its bytes are not counted. Squid writes when a request or tunnel ends; the
 * event is of when it began.
 */
export const SQUID_JSON: Format = {
  name: 'squid-json',
  title: 'Squid access log as JSON, by the logformat of deploy/squid-logformat.conf',
  framing: 'line',
  latenessUs: 300_000_000,
  open: () => ({
    read(record) {
      const parsed = jsonRecord(record)
      if (!parsed.ok) return parsed
      const fields = new RecordFields(parsed.json)
      const facts = factsOf(fields, parsed.json['traceparent'])
      const userName = fields.text('user')
      return fields.refusal() ?? told(facts, userName === null ? undefined : { userName })
    },
    memory: () => '',
  }),
}

const MS_US = 1_000

function factsOf(fields: RecordFields, traceparent: unknown): NetworkFacts {
  const durationMs = fields.count('dur_ms', 'duration_ms')
  const method = fields.text('method')
  const url = fields.text('url')
  if (url === null) fields.fail('MISSING_FIELD', 'url')
  const isTunnel = method === 'CONNECT'
  const destination = isTunnel ? endpointOf(url) : endpointOfUrl(url ?? '')
  const outcome = fields.text('squid')
  const isDenied = outcome !== null && outcome.includes('DENIED')
  const sni = fields.host('sni')
  const trace = traceOf(traceparent)
  return {
    occurred_at: fields.time('ts') - (durationMs ?? 0) * MS_US,
    action: isDenied ? 'blocked' : 'http',
    trace_id: trace?.trace_id ?? null,
    span_id: trace?.span_id ?? null,
    source_address: fields.address('client', 'source_address'),
    client_port: fields.port('client_port', 'client_port'),
    destination_host: sni ?? destination.host,
    destination_address: fields.address('srv_ip', 'destination_address') ?? destination.address,
    destination_port: destination.port ?? fields.port('srv_port', 'destination_port'),
    transport: 'tcp',
    protocol: isTunnel ? null : 'http',
    bytes_out: isDenied ? null : fields.count('bytes_out', 'bytes_out'),
    bytes_in: isDenied ? null : fields.count('bytes_in', 'bytes_in'),
    duration_ms: durationMs,
    http_method: method,
    url,
    sni,
    verdict: isDenied ? 'denied' : 'allowed',
    extra: networkExtra({
      status: fields.count('status', 'extra'),
      outcome,
      proxy_user: fields.text('user'),
      user_agent: fields.text('agent'),
      mcp_method: fields.text('mcp_method'),
    }),
  }
}
