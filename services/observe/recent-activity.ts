import { hash } from 'node:crypto'

import type { Activity, ApplicationEvent } from '#domain/records/index.ts'
import { clientEnd } from '#domain/client-end.ts'
import { addName } from './bounded.ts'
import type { AnyEvent } from './sight.ts'

/**
 * What a session did on a server since its record before: what proof of a restriction needs, and
 * what joins records of several layers.
 */
export type RecentActivity = Pick<
  Activity,
  'permitted' | 'permitted_dropped' | 'content_hashes' | 'roles' | 'trace_ids' | 'connections'
>

const KINDS_MAX_COUNT = 16
const JOINTS_MAX_COUNT = 32
const RESULTS: ReadonlySet<string> = new Set(['tool_result', 'resource_read', 'prompt_get'])
const UNCHANGING: ReadonlySet<string | null> = new Set(['read', 'unknown', null])

/** Nothing happened yet. */
export function newRecent(): RecentActivity {
  const joints = { trace_ids: [], connections: [] }
  return { permitted: [], permitted_dropped: 0, content_hashes: [], roles: [], ...joints }
}

/** Whether it has room for the event's trace and connection; else it must be told first. */
export function hasRoomFor({ trace_ids, connections }: RecentActivity, event: AnyEvent): boolean {
  const isRoom = (names: readonly string[], name: string | null): boolean =>
    name === null || names.length < JOINTS_MAX_COUNT || names.includes(name)
  return isRoom(trace_ids, event.trace_id) && isRoom(connections, clientEnd(event))
}

/** Adds an event; `calls`: how many permitted tool calls it is; `effect`: what it does. */
export function addRecent(
  recent: RecentActivity,
  event: AnyEvent,
  calls: number,
  effect: string | null,
): void {
  const connection = clientEnd(event)
  if (event.trace_id !== null) addName(recent.trace_ids, event.trace_id, JOINTS_MAX_COUNT)
  if (connection !== null) addName(recent.connections, connection, JOINTS_MAX_COUNT)
  if (!('decision' in event)) return
  if (calls > 0) addCall(recent, event, effect)
  else if (RESULTS.has(event.action)) addContent(recent, event)
}

function addCall(recent: RecentActivity, event: ApplicationEvent, effect: string | null): void {
  const { tool_name, tool_definition_hash, token_id, occurred_at } = event
  for (const role of rolesIn(event.extra['roles'])) addName(recent.roles, role, KINDS_MAX_COUNT)
  const changes = !UNCHANGING.has(effect)
  const known = recent.permitted.find(
    (one) =>
      one.tool_name === tool_name &&
      one.tool_definition_hash === tool_definition_hash &&
      one.token_id === token_id &&
      one.changes === changes,
  )
  if (known !== undefined) known.last_at = Math.max(known.last_at, occurred_at)
  else if (recent.permitted.length >= KINDS_MAX_COUNT) recent.permitted_dropped += 1
  else
    recent.permitted.push({
      tool_name,
      tool_definition_hash,
      token_id,
      changes,
      last_at: occurred_at,
    })
}

/** A text that was cut on its way has another hash than the whole one. */
function addContent(
  recent: RecentActivity,
  { content, content_truncated }: ApplicationEvent,
): void {
  if (content === null || content === '' || content_truncated === true) return
  if (recent.content_hashes.length >= KINDS_MAX_COUNT) return
  addName(recent.content_hashes, hash('sha256', content), KINDS_MAX_COUNT)
}

function rolesIn(json: string | undefined): string[] {
  if (json === undefined) return []
  try {
    const roles: unknown = JSON.parse(json)
    return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : []
  } catch {
    return []
  }
}
