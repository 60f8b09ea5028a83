import type { LogEvent, Reading } from '../format.ts'
import type { JsonObject } from '#domain/json-form.ts'
import { extraOf } from '../log-fields.ts'

type NetworkLogEvent = Extract<LogEvent, { topic: 'events.network.v1' }>
type Hints = NonNullable<NetworkLogEvent['hints']>

/**
 * What a record of a network tells. `occurred_at` is when it began, and `duration_ms` goes on from
 * there. `client_port` is the client's end of the connection, which joins it with a database log.
 */
export type NetworkFacts = NetworkLogEvent['facts']

const EXTRA_MAX_CHARS = 1_024
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmp6',
  132: 'sctp',
}

/** The one event of a record. */
export function told(facts: NetworkFacts, hints?: Hints): Reading {
  return { ok: true, events: [networkEvent(facts, hints)] }
}

export function networkEvent(facts: NetworkFacts, hints?: Hints): NetworkLogEvent {
  const event: NetworkLogEvent = { topic: 'events.network.v1', layer: 'network', facts }
  return hints === undefined ? event : { ...event, hints }
}

/** The record is good and gives no event. */
export const OTHER_SUBJECT: Reading = { ok: 'skipped', why: 'OTHER_SUBJECT' }
export const TOLD_ELSEWHERE: Reading = { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
export const HEADER: Reading = { ok: 'skipped', why: 'HEADER' }

/** Facts without a field of their own, as JSON text; names of networks are short. */
export function networkExtra(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  return extraOf(facts, EXTRA_MAX_CHARS)
}

/** The name of a transport by its number in the Internet Protocol; null where none is told. */
export function transportOf(protocol: number | null): string | null {
  return protocol === null ? null : (PROTOCOLS[protocol] ?? String(protocol))
}

/** Milliseconds between two times, never negative. */
export function durationMs(fromUs: number, toUs: number): number {
  return Math.max(0, toUs - fromUs) / 1_000
}

/** What is kept between two readers of a stream, or undefined where that is not our own text. */
export function unpackMemory(memory: string | undefined): JsonObject {
  if (memory === undefined || memory === '') return {}
  try {
    const json: unknown = JSON.parse(memory)
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as JsonObject)
      : {}
  } catch {
    return {}
  }
}
