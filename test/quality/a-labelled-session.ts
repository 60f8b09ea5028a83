import type { LabelledSession, PackEvent } from './pack-writer.ts'

const DULL_EVENT = {
  layer: 'application',
  collector_id: 'application-collector',
  tenant_id: 'acme',
  agent_id: 'desk-assistant',
  agent_version: 'example-model-1',
  user_id: 'user-1',
  server_id: 'desk-mcp',
}

/** A dull event `atMs` milliseconds into the session; `differs` states the rest. */
export function aPackEvent(
  sessionId: string,
  index: number,
  atMs: number,
  differs: Record<string, unknown>,
): PackEvent {
  return {
    ...DULL_EVENT,
    event_id: `${sessionId}-${String(index).padStart(3, '0')}`,
    session_id: sessionId,
    occurred_at: new Date(Date.UTC(2026, 0, 5, 8) + atMs).toISOString(),
    ...differs,
  }
}

/** A benign session of three events: it starts, the user asks, it ends. */
export function aBenignSession(sessionId: string): LabelledSession {
  return {
    events: [
      aPackEvent(sessionId, 0, 0, { action: 'session_start' }),
      aPackEvent(sessionId, 1, 70, { action: 'user_request', content: 'Which rooms are free?' }),
      aPackEvent(sessionId, 2, 900, { action: 'session_end' }),
    ],
    labels: {
      session: {
        session_id: sessionId,
        suite: 'desk',
        user_task: 'rooms',
        attack: null,
        label: 'benign',
        severity: null,
      },
      events: [],
    },
  }
}
