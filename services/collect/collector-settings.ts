import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)
const host = z.string().min(1).default('127.0.0.1')
const text = z.string().min(1).max(1_000)
const environmentName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'is the name of a variable')

const FILE = z.strictObject({
  kind: z.literal('file'),
  path: text,
  /** Goes on at the end, through rotations. */
  follow: z.boolean().default(true),
  /** So long must a rotated file be quiet before it counts as finished. */
  rotate_wait_ms: z.coerce.number().int().min(0).max(600_000).default(2_000),
})
const HTTP = z.strictObject({ kind: z.literal('http'), host, port: port.default(7332) })
const OTLP = z.strictObject({ kind: z.literal('otlp'), host, port: port.default(4318) })
const KAFKA = z.strictObject({
  kind: z.literal('kafka'),
  topic: text,
  /** Kafka's group; the collector's name where absent. */
  group: text.optional(),
  /** Where absent those of the pipeline: TOCSIN_BROKERS. */
  brokers: z.array(text).min(1).optional(),
  from: z.enum(['earliest', 'latest']).default('earliest'),
})
const SYSLOG = z
  .strictObject({
    kind: z.literal('syslog'),
    transport: z.enum(['udp', 'tcp', 'tls']).default('tls'),
    host,
    port: port.default(6514),
    cert_file: text.optional(),
    key_file: text.optional(),
    /** Where set, senders must show a certificate of this authority. */
    ca_file: text.optional(),
  })
  .superRefine((syslog, context) => {
    if (syslog.transport !== 'tls') return
    for (const name of ['cert_file', 'key_file'] as const)
      if (syslog[name] === undefined)
        context.addIssue({ code: 'custom', path: [name], message: 'is needed for tls' })
  })
const CLICKHOUSE = z.strictObject({
  kind: z.literal('clickhouse'),
  url: z.httpUrl().or(z.string().regex(/^https?:\/\/[^\s/]+/, 'is http://host:port')),
  user: z.string().default('default'),
  /** The variable that holds the password. */
  password_env: environmentName.optional(),
  table: z
    .string()
    .regex(/^[A-Za-z_]\w{0,63}\.[A-Za-z_]\w{0,63}$/, 'is database.table')
    .default('system.query_log'),
  poll_s: z.coerce.number().min(0.1).max(3_600).default(5),
  /** The server writes its log late: rows younger than this wait. */
  lag_s: z.coerce.number().min(0).max(3_600).default(15),
  /** How far back a first start reads. */
  since_s: z.coerce.number().min(0).max(31_536_000).default(3_600),
})

/** The settings of one collector; `formats` are those there are. */
export function collectorSchema(formats: ReadonlySet<string>) {
  const format = text.refine(
    (name) => formats.has(name),
    'there is no such format: tocsin collect --list',
  )
  return z
    .strictObject({
      name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'is letters, digits, dot, dash'),
      /** Several where the source is otlp: each reads every document. */
      format: format.or(z.array(format).min(1).max(8)),
      tenant: z.string().min(1).max(200).default('default'),
      /** Whose log it is; the collector's name where absent. */
      server: z.string().min(1).max(200).optional(),
      /** Leaves out what no server of the inventory did: databases' logs tell of everybody. */
      only_known: z.boolean().optional(),
      /** How much older than the newest event a later one may be; else the format's word. */
      lateness_s: z.coerce.number().min(0).max(3_600).optional(),
      source: z.discriminatedUnion('kind', [FILE, HTTP, OTLP, KAFKA, SYSLOG, CLICKHOUSE]),
    })
    .superRefine((entry, context) => {
      if (Array.isArray(entry.format) && entry.source.kind !== 'otlp')
        context.addIssue({ code: 'custom', path: ['format'], message: 'is one, unless otlp' })
    })
}

/** One collector of logs, as an operator declares it. */
export type CollectorEntry = z.infer<ReturnType<typeof collectorSchema>>
export type SourceEntry = CollectorEntry['source']

/** What a source is, in a line for people. */
export const SOURCES: Readonly<Record<SourceEntry['kind'], string>> = {
  file: 'a log file, followed through rotations; plain, gzip or zstd',
  http: 'POST /v1/logs/FORMAT: lines, or a JSON list; plain, gzip or zstd',
  kafka: 'a topic whose messages are raw records',
  otlp: 'OTLP over HTTP, protobuf or JSON: POST /v1/traces and /v1/logs',
  syslog: 'RFC 5424 and older, by TLS, TCP or UDP',
  clickhouse: "a ClickHouse server's system.query_log, polled",
}

/** The formats of a collector: several for OTLP. */
export function formatsOf({ format }: CollectorEntry): readonly string[] {
  return typeof format === 'string' ? [format] : format
}
