import { setTimeout as wait } from 'node:timers/promises'

import { z } from 'zod'

import { findingUid, ocsfText, type OcsfEvent } from '../ocsf.ts'
import { openHttpExchange, objectOf, refusalOf, type HttpAnswer } from './http-exchange.ts'
import type { Secret } from './secret-source.ts'
import { allTaken, SinkFault, type Answer, type Sink, type SinkWorld } from './sink.ts'

/** Words of the HTTP Event Collector for what is wrong with the settings, not with an event. */
const SETTINGS_CODES = new Set([1, 2, 3, 4, 7, 10, 11, 14])

export function splunkSchema(secret: Secret) {
  return z.strictObject({
    kind: z.literal('splunk'),
    /** Base address of the HTTP Event Collector. */
    url: z.url({ protocol: /^https?$/ }),
    token: secret,
    index: z.string().min(1).max(255).optional(),
    source: z.string().min(1).max(255).default('tocsin'),
    sourcetype: z.string().min(1).max(255).default('tocsin:ocsf'),
    /** Indexer acknowledgement: Splunk Enterprise has it, Splunk Cloud has not. */
    acknowledgement: z.boolean().default(true),
    acknowledged_within_s: z.number().int().min(1).max(600).default(120),
  })
}

type SplunkSettings = z.infer<ReturnType<typeof splunkSchema>>

/**
 * Splunk's HTTP Event Collector. What it accepted has arrived once an indexer has acknowledged it;
 * what is not acknowledged in time is sent again, with the same `event_uid`.
 */
export function openSplunk(
  settings: SplunkSettings,
  ca: string | undefined,
  world: SinkWorld,
): Sink {
  const http = openHttpExchange(world.nowMs, ca)
  const channel = world.randomUuid()
  const headers = {
    authorization: `Splunk ${settings.token}`,
    'content-type': 'application/json',
    ...(settings.acknowledgement && { 'x-splunk-request-channel': channel }),
  }
  const address = (path: string): URL => new URL(`/services/collector/${path}`, settings.url)
  const acknowledged = async (ackId: number, signal: AbortSignal): Promise<Answer> => {
    const url = address('ack')
    url.searchParams.set('channel', channel)
    const endsAtMs = world.nowMs() + settings.acknowledged_within_s * 1000
    while (world.nowMs() < endsAtMs) {
      const body = JSON.stringify({ acks: [ackId] })
      const answer = await http.post({ url, headers, body, signal })
      refuseSettings(answer)
      const acks = objectOf(answer)['acks'] as Record<string, unknown> | undefined
      if (acks?.[String(ackId)] === true) return allTaken('accepted and acknowledged by an indexer')
      await wait(world.pollMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) break
    }
    throw new SinkFault('SINK_UNAVAILABLE', 'accepted, but not acknowledged in time')
  }
  return {
    target: `${new URL(settings.url).host} ${settings.index ?? 'default index'}`,
    limits: { maxCount: 500, maxBytes: 800_000 },
    encode: (event) => Buffer.from(envelope(event, settings)),
    send: async (batch, signal) => {
      const body = Buffer.concat(batch.map((parcel) => parcel.body))
      const answer = await http.post({ url: address('event'), headers, body, signal })
      const refused = refusedEvent(answer, batch.length)
      if (refused !== undefined) return refused
      if (!settings.acknowledgement) return allTaken(`answered ${answer.status}`)
      const { ackId } = objectOf(answer)
      if (typeof ackId === 'number') return acknowledged(ackId, signal)
      throw new SinkFault('SINK_REFUSED', 'the token has no indexer acknowledgement')
    },
    close: () => http.close(),
  }
}

/** Events stand one behind the other, in no array. */
function envelope(event: OcsfEvent, settings: SplunkSettings): string {
  const { source, sourcetype, index } = settings
  const fields = { event_uid: event.metadata.uid, finding_uid: findingUid(event) }
  const about = JSON.stringify({ time: event.time / 1000, source, sourcetype, index, fields })
  return `${about.slice(0, -1)},"event":${ocsfText(event)}}\n`
}

function refuseSettings(answer: HttpAnswer): void {
  const refusal = refusalOf(answer)
  if (refusal?.kind === 'refused') throw new SinkFault('SINK_REFUSED', `answered ${answer.status}`)
}

/** Where one event is at fault it says which; the others are sent again without it. */
function refusedEvent(answer: HttpAnswer, count: number): Answer | undefined {
  if (answer.status !== 400) return refusalOf(answer)
  const { code, 'invalid-event-number': index } = objectOf(answer)
  if (typeof code === 'number' && SETTINGS_CODES.has(code))
    throw new SinkFault('SINK_REFUSED', `answered 400, code ${code}`)
  const reason = typeof code === 'number' ? `code_${code}` : 'answered_400'
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
    return { kind: 'refused', reason }
  const again = Array.from({ length: count }, (_, at) => at).filter((at) => at !== index)
  const detail = 'one event was refused'
  return { kind: 'taken', detail, refused: [{ index, reason }], again, retryAfterMs: 0 }
}
