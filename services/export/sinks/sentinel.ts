import { z } from 'zod'

import { findingUid, ocsfText, type OcsfEvent } from '../ocsf.ts'
import { openHttpExchange, objectOf, refusalOf, type HttpExchange } from './http-exchange.ts'
import type { Secret } from './secret-source.ts'
import { allTaken, SinkFault, type Sink, type SinkWorld } from './sink.ts'

/** What one call may hold, and what is left of it for commas and brackets. */
const CALL_MAX_BYTES = 1_048_576
const ROWS_MAX_COUNT = 500
const API_VERSION = '2023-01-01'
/** A token is fetched anew so long before it ends. */
const TOKEN_SLACK_MS = 60_000
const TOKEN_MAX_S = 86_400

export function sentinelSchema(secret: Secret) {
  const name = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/)
  return z.strictObject({
    kind: z.literal('sentinel'),
    /** Logs ingestion endpoint of the data collection rule, or of its endpoint. */
    endpoint: z.url({ protocol: /^https?$/ }),
    /** Immutable id of the data collection rule: `dcr-…`. */
    rule_id: name,
    /** `Custom-…`, as the rule declares it. */
    stream: name,
    tenant: name,
    client_id: name,
    client_secret: secret,
    authority: z.url({ protocol: /^https?$/ }).default('https://login.microsoftonline.com'),
    scope: z.string().min(1).max(500).default('https://monitor.azure.com/.default'),
  })
}

type SentinelSettings = z.infer<ReturnType<typeof sentinelSchema>>

/** Microsoft Sentinel's Logs Ingestion API: rows as the rule's stream has them, 1 MB a call. */
export function openSentinel(
  settings: SentinelSettings,
  ca: string | undefined,
  world: SinkWorld,
): Sink {
  const http = openHttpExchange(world.nowMs, ca)
  const tokens = new Tokens(settings, http, world.nowMs)
  const path = `/dataCollectionRules/${settings.rule_id}/streams/${settings.stream}`
  const url = new URL(`${path}?api-version=${API_VERSION}`, settings.endpoint)
  return {
    target: `${url.host} ${settings.stream}`,
    limits: { maxCount: ROWS_MAX_COUNT, maxBytes: CALL_MAX_BYTES - ROWS_MAX_COUNT - 1 },
    encode: (event) => Buffer.from(rowOf(event)),
    send: async (batch, signal) => {
      const headers = {
        authorization: `Bearer ${await tokens.token(signal)}`,
        'content-type': 'application/json',
      }
      const body = `[${batch.map((parcel) => parcel.body.toString('utf8')).join(',')}]`
      const answer = await http.post({ url, headers, body, signal })
      if (answer.status === 401) {
        tokens.forget()
        throw new SinkFault('SINK_UNAVAILABLE', 'the token is not taken any more')
      }
      return refusalOf(answer) ?? allTaken(`answered ${answer.status}`)
    },
    close: () => http.close(),
  }
}

/** One row of the stream; deploy/examples/sentinel-rule.json declares its columns. */
function rowOf(event: OcsfEvent): string {
  const row = JSON.stringify({
    TimeGenerated: new Date(event.time).toISOString(),
    EventUid: event.metadata.uid,
    FindingUid: findingUid(event),
    TenantUid: event.metadata.tenant_uid,
    ClassUid: event.class_uid,
    ActivityId: event.activity_id,
    SeverityId: event.severity_id,
    Severity: event.severity,
    Status: event.status,
    Message: event.message,
  })
  return `${row.slice(0, -1)},"Finding":${ocsfText(event)}}`
}

/** Access tokens by client credentials, each kept for as long as it holds. */
class Tokens {
  readonly #settings: SentinelSettings
  readonly #http: HttpExchange
  readonly #nowMs: () => number
  #known: { token: string; endsAtMs: number } | undefined

  constructor(settings: SentinelSettings, http: HttpExchange, nowMs: () => number) {
    this.#settings = settings
    this.#http = http
    this.#nowMs = nowMs
  }

  forget(): void {
    this.#known = undefined
  }

  /** @throws SinkFault where none is given. */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#known !== undefined && this.#nowMs() < this.#known.endsAtMs) return this.#known.token
    const { authority, tenant, client_id, client_secret, scope } = this.#settings
    const url = new URL(`/${tenant}/oauth2/v2.0/token`, authority)
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id,
      client_secret,
      scope,
    }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await this.#http.post({ url, headers, body, signal })
    if (refusalOf(answer) !== undefined)
      throw new SinkFault('SINK_REFUSED', `the authority answered ${answer.status}`)
    const { access_token: token, expires_in: seconds } = objectOf(answer)
    if (typeof token !== 'string' || token === '')
      throw new SinkFault('SINK_UNAVAILABLE', 'the authority gave no token')
    const holdsMs = Math.min(TOKEN_MAX_S, Number(seconds) || 0) * 1000
    this.#known = { token, endsAtMs: this.#nowMs() + holdsMs - TOKEN_SLACK_MS }
    return token
  }
}
