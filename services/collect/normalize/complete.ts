import { idOf } from '#domain/ids.ts'
import type { Records } from '#domain/records/index.ts'
import { EVENT_TOPICS, type EventTopic, type SchemaName } from '#domain/topics.ts'
import type { LayerEvent } from './event.ts'
import type { LogEvent } from './format.ts'

/** Where a record came in, and whose it is. */
export type Placement = {
  tenantId: string
  collectorId: string
  collectorSeq: number
  collectedAtUs: number
  /** The record's name in its source, the same whenever it is read again. */
  place: string
  /** Which of the record's events, from 0. */
  index: number
  owner: Owner
}

/** Whose event it is; `server:<id>` as a session where only the server is known. */
export type Owner = {
  sessionId: string
  sessionBasis: 'explicit' | 'trace' | 'inferred' | 'server'
  agentId: string | null
  serverId: string | null
}

/** Makes a whole event of what a format read. */
export type CompleteEvent = (read: LogEvent, placement: Placement) => LayerEvent

/**
 * Compiles the completion of events, given the current schemas: what nobody said has its schema's
 * default. The same record at the same place always has the same `event_id`.
 */
export function compileCompletion(schemas: ReadonlyMap<SchemaName, object>): CompleteEvent {
  const blanks = new Map(EVENT_TOPICS.map((topic) => [topic, blankOf(schemas.get(topic))]))
  return ({ topic, layer, facts, hints }, placement) => {
    const { tenantId, collectorId, place, index, owner } = placement
    const name = hints?.recordId === undefined ? [place, String(index)] : [hints.recordId]
    const event: Partial<Records[EventTopic]> = {
      ...blanks.get(topic),
      ...facts,
      event_id: idOf('log-event', tenantId, collectorId, topic, ...name),
      collected_at: placement.collectedAtUs,
      tenant_id: tenantId,
      collector_id: collectorId,
      collector_seq: placement.collectorSeq,
      session_id: owner.sessionId,
      session_basis: owner.sessionBasis,
    }
    // Who opens a connection is its client.
    if ('source_address' in event) event.client_address ??= event.source_address ?? null
    event.agent_id ??= owner.agentId
    event.server_id ??= owner.serverId
    return { topic, layer, event } as LayerEvent
  }
}

type Field = { name: string; default?: unknown }

function blankOf(schema: object | undefined): Record<string, unknown> {
  if (schema === undefined) throw new TypeError('a schema of an event topic is missing')
  const { fields } = schema as { fields: readonly Field[] }
  const blanks = fields.map((field) => [field.name, frozen(field.default ?? null)])
  return Object.fromEntries(blanks) as Record<string, unknown>
}

/** Events share their empty lists and maps, so nobody may write into one. */
function frozen(value: unknown): unknown {
  return typeof value === 'object' ? Object.freeze(structuredClone(value)) : value
}
