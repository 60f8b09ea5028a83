import type { Activity, Enforcement } from '#domain/records/index.ts'
import type { Permissions } from '../permissions.ts'

type PermittedCall = Activity['permitted'][number]

/** Restrictions after which nothing of the scope may be seen: calls, flows and queries alike. */
const TOTAL = new Set<Enforcement['restriction']>(['refuse', 'close'])
/** Scopes that every layer's activity names. */
const COUNTED_SCOPES = new Set<Enforcement['scope_kind']>(['session', 'agent', 'server'])

/** Whether a restriction forbids everything that activity of its scope counts. */
export function isCounted(held: Enforcement): boolean {
  return TOTAL.has(held.restriction) && COUNTED_SCOPES.has(held.scope_kind)
}

/** Whether this activity is of the session, agent, role or server that a restriction is about. */
export function isOfScope(
  held: Enforcement,
  activity: Activity,
  permissions: Permissions,
): boolean {
  const { scope_kind: kind, scope_value: value } = held
  if (kind === 'session') return activity.session_id === value
  if (kind === 'agent') return activity.agent_id === value
  if (kind === 'server') return activity.server_id === value
  if (kind !== 'role') return false
  const declared = permissions.agents[activity.agent_id ?? '']?.role
  return declared === value || activity.roles.includes(value)
}

/**
 * When something was last permitted that a restriction forbids, as this record tells; undefined:
 * nothing. `sanitise` of anything but a whole text leaves no trace that could tell.
 */
export function wayAroundUs(
  held: Enforcement,
  activity: Activity,
  permissions: Permissions,
): number | undefined {
  const { scope_kind: kind, scope_value: value } = held
  if (kind === 'content_hash')
    return activity.content_hashes.includes(value.toLowerCase()) ? activity.last_at : undefined
  const isScope = isOfScope(held, activity, permissions)
  const times = activity.permitted
    .filter((call) => (isScope || isAbout(held, activity, call)) && isForbidden(held, call))
    .map((call) => call.last_at)
  return times.length === 0 ? undefined : Math.max(...times)
}

/** How many permitted calls a record leaves out that might be forbidden. */
export function leftOutCount(
  held: Enforcement,
  activity: Activity,
  permissions: Permissions,
): number {
  const { scope_kind: kind, scope_value: value } = held
  if (kind === 'content_hash') return 0
  const isTool = kind === 'tool' && value.startsWith(`${activity.server_id}/`)
  const mayBe = isTool || kind === 'definition_hash' || kind === 'token'
  return mayBe || isOfScope(held, activity, permissions) ? activity.permitted_dropped : 0
}

function isAbout(
  { scope_kind: kind, scope_value: value }: Enforcement,
  { server_id: serverId }: Activity,
  call: PermittedCall,
): boolean {
  if (kind === 'tool') return call.tool_name !== null && value === `${serverId}/${call.tool_name}`
  if (kind === 'definition_hash') return call.tool_definition_hash === value
  return kind === 'token' && call.token_id === value
}

function isForbidden(held: Enforcement, call: PermittedCall): boolean {
  if (TOTAL.has(held.restriction)) return true
  if (held.restriction === 'read_only') return call.changes
  return held.restriction === 'declared_tools' && !held.tool_names.includes(call.tool_name ?? '')
}
