import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { parse } from 'yaml'
import { z } from 'zod'

import type { Environment } from '#runtime/config.ts'
import { secretSchema } from '#runtime/secret.ts'
import { problemsOf } from '#domain/problems.ts'
import { elasticsearchSchema, openElasticsearch } from './elasticsearch.ts'
import { openSentinel, sentinelSchema } from './sentinel.ts'
import type { Sink, SinkWorld } from './sink.ts'
import { openSplunk, splunkSchema } from './splunk-hec.ts'
import { openSyslog, syslogSchema } from './syslog.ts'
import { openWebhook, webhookSchema } from './webhook.ts'

const SINKS_MAX_COUNT = 32
const ACKNOWLEDGEMENT_POLL_MS = 1_000
const LINGER_MS = 1_000
const SEVERITY_IDS = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const

/** What every kind may say beside its own settings. */
const SHARED = {
  /** Findings below it are not sent. */
  severity_min: z
    .enum(['informational', 'low', 'medium', 'high', 'critical'])
    .default('informational'),
  /** PEM file of who vouches for the receiver, where the system does not know them. */
  ca_file: z.string().min(1).max(2_000).optional(),
}

function schemaOf(environment: Environment) {
  const secret = secretSchema(environment)
  const sink = z.discriminatedUnion('kind', [
    splunkSchema(secret).extend(SHARED),
    elasticsearchSchema(secret).extend(SHARED),
    sentinelSchema(secret).extend(SHARED),
    syslogSchema().extend(SHARED),
    webhookSchema(secret).extend(SHARED),
  ])
  const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/)
  return z.strictObject({
    sinks: z
      .record(name, sink)
      .refine((sinks) => Object.keys(sinks).length <= SINKS_MAX_COUNT, 'too many sinks')
      .default({}),
  })
}

type SinkSettings = z.infer<ReturnType<typeof schemaOf>>['sinks'][string]

/** A sink as the settings name it, not opened yet. */
export type NamedSink = {
  name: string
  kind: SinkSettings['kind']
  severityMin: SinkSettings['severity_min']
  severityIdMin: number
  /** @throws Error where its `ca_file` cannot be read. */
  open: (world?: Partial<SinkWorld>) => Sink
}

/**
 * Reads the file of sinks.
 *
 * @throws Error whose message names every mistake, and no secret.
 */
export function readSinks(text: string, environment: Environment): NamedSink[] {
  const parsed = schemaOf(environment).safeParse(parse(text) ?? {})
  if (parsed.success) return Object.entries(parsed.data.sinks).map(namedSink)
  throw new Error(problemsOf(parsed.error))
}

function namedSink([name, settings]: [string, SinkSettings]): NamedSink {
  const { kind, severity_min: severityMin, ca_file } = settings
  const ca = ca_file === undefined ? undefined : readFileSync(ca_file, 'utf8')
  return {
    name,
    kind,
    severityMin,
    severityIdMin: SEVERITY_IDS[severityMin],
    open: (differs = {}) => openSink(settings, ca, { ...REAL_WORLD, ...differs }),
  }
}

const REAL_WORLD: SinkWorld = {
  nowMs: Date.now,
  randomUuid: randomUUID,
  hostname: hostname(),
  pollMs: ACKNOWLEDGEMENT_POLL_MS,
  lingerMs: LINGER_MS,
}

function openSink(settings: SinkSettings, ca: string | undefined, world: SinkWorld): Sink {
  if (settings.kind === 'splunk') return openSplunk(settings, ca, world)
  if (settings.kind === 'elasticsearch') return openElasticsearch(settings, ca, world)
  if (settings.kind === 'sentinel') return openSentinel(settings, ca, world)
  if (settings.kind === 'syslog') return openSyslog(settings, ca, world)
  return openWebhook(settings, ca, world)
}
