import { z } from 'zod'

import { ecsDocument } from '../ecs.ts'
import { findingUid } from '../ocsf.ts'
import { openHttpExchange, objectOf, refusalOf } from './http-exchange.ts'
import type { Secret } from './secret-source.ts'
import {
  SinkFault,
  type Answer,
  type Parcel,
  type Refusal,
  type Sink,
  type SinkWorld,
} from './sink.ts'

export function elasticsearchSchema(secret: Secret) {
  return z.strictObject({
    kind: z.literal('elasticsearch'),
    url: z.url({ protocol: /^https?$/ }),
    /** An index or its alias, no data stream: a finding's document is replaced by its updates. */
    index: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,254}$/),
    api_key: secret,
  })
}

type ElasticsearchSettings = z.infer<ReturnType<typeof elasticsearchSchema>>

/**
 * Elasticsearch's bulk API, one ECS document a finding: its `_id` is the alert's or the incident's,
 * so what is sent twice stands there once.
 */
export function openElasticsearch(
  settings: ElasticsearchSettings,
  ca: string | undefined,
  world: SinkWorld,
): Sink {
  const http = openHttpExchange(world.nowMs, ca)
  const url = new URL('/_bulk', settings.url)
  url.searchParams.set('filter_path', 'errors,items.*.status,items.*.error.type')
  const headers = {
    authorization: `ApiKey ${settings.api_key}`,
    'content-type': 'application/x-ndjson',
  }
  return {
    target: `${url.host} ${settings.index}`,
    limits: { maxCount: 500, maxBytes: 5_000_000 },
    encode: (event) => {
      const action = { index: { _index: settings.index, _id: findingUid(event) } }
      return Buffer.from(`${JSON.stringify(action)}\n${JSON.stringify(ecsDocument(event))}\n`)
    },
    send: async (batch, signal) => {
      const body = Buffer.concat(batch.map((parcel) => parcel.body))
      const answer = await http.post({ url, headers, body, signal })
      return refusalOf(answer) ?? itemsAnswer(objectOf(answer), batch, answer.retryAfterMs)
    },
    close: () => http.close(),
  }
}

type Item = { status: number; error?: { type?: unknown } }

/**
 * Item by item, in the order sent. What follows of a finding that has to be sent again goes again
 * too: else the older word would stand in the place of the newer.
 *
 * @throws SinkFault where none may be written at all.
 */
function itemsAnswer(
  json: Record<string, unknown>,
  batch: readonly Parcel[],
  retryAfterMs: number | undefined,
): Answer {
  const count = batch.length
  const items = Array.isArray(json['items']) ? json['items'].map(itemOf) : []
  if (items.length !== count)
    throw new SinkFault('SINK_UNAVAILABLE', `told of ${items.length} documents of ${count}`)
  const refused: Refusal[] = []
  const again: number[] = []
  const waiting = new Set<string>()
  for (const [index, { status, error }] of items.entries()) {
    const uid = uidAt(batch, index)
    if (status === 429 || status >= 500 || waiting.has(uid)) {
      again.push(index)
      waiting.add(uid)
    } else if (status === 401 || status === 403 || status === 404)
      throw new SinkFault('SINK_REFUSED', `answered ${status} for a document`)
    else if (status >= 300 && status !== 409)
      refused.push({ index, reason: wordOf(error?.type) ?? `status_${status}` })
  }
  const detail = `${count - refused.length - again.length} of ${count} documents indexed`
  return { kind: 'taken', detail, refused, again, retryAfterMs }
}

function uidAt(batch: readonly Parcel[], index: number): string {
  const event = batch[index]?.event
  return event === undefined ? '' : findingUid(event)
}

function itemOf(entry: unknown): Item {
  const [item] = Object.values((entry ?? {}) as Record<string, Item | undefined>)
  return { status: 0, ...item }
}

/** A type of error as Elasticsearch names them; anything else is not repeated. */
function wordOf(type: unknown): string | undefined {
  return typeof type === 'string' && /^[a-z_]{1,80}$/.test(type) ? type : undefined
}
