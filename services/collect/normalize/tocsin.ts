import type { SchemaName } from '#domain/topics.ts'
import { compileNormalizer, type LayerEvent } from './event.ts'
import type { Format, LogEvent } from './format.ts'

/** Fields that the collector says anew of what it carries. */
const PLACED = new Set([
  'event_id',
  'collected_at',
  'tenant_id',
  'collector_id',
  'collector_seq',
  'session_id',
  'session_basis',
  'late',
])

/**
 * Our own events as JSON lines. An event keeps its session, and its id decides the new one, so it
 * is one event however often it is sent; tenant, collector and numbers are the collector's.
 */
export function tocsinFormat(schemas: ReadonlyMap<SchemaName, object>): Format {
  const normalize = compileNormalizer(schemas)
  return {
    name: 'tocsin',
    title: "Tocsin's own events as JSON lines",
    framing: 'line',
    latenessUs: 5_000_000,
    open: () => ({
      read: (record) => {
        const normalized = normalize(record)
        return normalized.ok ? { ok: true, events: [logEventOf(normalized)] } : normalized
      },
      memory: () => '',
    }),
  }
}

function logEventOf({ topic, layer, event }: LayerEvent): LogEvent {
  const facts = Object.fromEntries(Object.entries(event).filter(([name]) => !PLACED.has(name)))
  const hints = { conversationId: event.session_id, recordId: event.event_id }
  return { topic, layer, facts, hints } as LogEvent
}
