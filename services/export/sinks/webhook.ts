import { z } from 'zod'

import { webhookHeaders } from '#domain/webhook-signature.ts'
import { ocsfText } from '../ocsf.ts'
import { openHttpExchange, refusalOf } from './http-exchange.ts'
import type { Secret } from './secret-source.ts'
import { allTaken, type Sink, type SinkWorld } from './sink.ts'

export function webhookSchema(secret: Secret) {
  return z.strictObject({
    kind: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }),
    /** `whsec_…`: what each call is signed with. */
    secret,
  })
}

type WebhookSettings = z.infer<ReturnType<typeof webhookSchema>>

/** One signed call a finding (Standard Webhooks); `webhook-id` is the event's. */
export function openWebhook(
  settings: WebhookSettings,
  ca: string | undefined,
  world: SinkWorld,
): Sink {
  const http = openHttpExchange(world.nowMs, ca)
  const url = new URL(settings.url)
  return {
    target: url.host,
    limits: { maxCount: 1, maxBytes: 1_000_000 },
    encode: (event) => {
      const timestamp = new Date(event.time).toISOString()
      const about = JSON.stringify({ type: 'tocsin.finding', timestamp })
      return Buffer.from(`${about.slice(0, -1)},"data":${ocsfText(event)}}`)
    },
    send: async ([parcel], signal) => {
      if (parcel === undefined) return allTaken('nothing to send')
      const timestampS = Math.floor(world.nowMs() / 1000)
      const id = parcel.event.metadata.uid
      const signed = webhookHeaders(id, timestampS, parcel.body.toString('utf8'), settings.secret)
      const headers = { 'content-type': 'application/json', ...signed }
      const answer = await http.post({ url, headers, body: parcel.body, signal })
      return refusalOf(answer) ?? allTaken(`answered ${answer.status}`)
    },
    close: () => http.close(),
  }
}
