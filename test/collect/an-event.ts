import { loadSchemas } from '../../services/lib/adapters/avro/schemas.ts'
import { compileNormalizer } from '../../services/collect/normalize/event.ts'

/** The JSON of a dull event; state only what differs. */
export function anEventJson(differs: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    layer: 'application',
    event_id: 'e-1',
    occurred_at: '2026-01-05T08:00:03.913148Z',
    collector_id: 'tap-1',
    collector_seq: 1,
    tenant_id: 'acme',
    session_id: 's-1',
    action: 'tool_call',
    ...differs,
  }
}

/** The same as a line of NDJSON, without its end. */
export function anEventLine(differs: Record<string, unknown> = {}): string {
  return JSON.stringify(anEventJson(differs))
}

export const SCHEMAS = loadSchemas()
export const normalize = compileNormalizer(SCHEMAS)
