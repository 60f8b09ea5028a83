import type { Restriction, RestrictionSet } from './restrictions.ts'

/** Who a message is of, in the words of scopes. */
export type Subject = {
  serverId: string
  sessionId: string
  agentId: string | undefined
  roles: readonly string[]
  /** The credential's `jti` and keyed hash. */
  tokenIds: readonly string[]
  /** Every other name by which the sender is known: user, client, token's subject. */
  names: readonly string[]
}

/** What a message asks for. `response`: the client answers the server; `stream`: it listens. */
export type Asked = {
  kind: 'request' | 'notification' | 'response' | 'stream'
  method: string
  toolName: string | undefined
  definitionHash: string | undefined
  /** The tool's annotation, or the operator's policy, says that it only reads. */
  isReading: boolean
}

/** `by` is undefined where the log of restrictions is away and the server fails closed. */
export type Decision =
  | { verdict: 'pass' }
  | { verdict: 'refuse' | 'close'; by: Restriction | undefined }

const PASS: Decision = { verdict: 'pass' }
/** What reads nothing of a user's and changes nothing. */
const HARMLESS = new Set([
  'initialize',
  'ping',
  'server/discover',
  'logging/setLevel',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
])
/** What may be asked where only reading is allowed. */
const READING = new Set([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/get',
  'completion/complete',
  'subscriptions/listen',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
])

/** Decides whether a message may pass: of all restrictions that concern it the strictest holds. */
export function decide(
  restrictions: RestrictionSet,
  subject: Subject,
  asked: Asked,
  nowUs: number,
): Decision {
  let decision = PASS
  for (const restriction of concerning(restrictions, subject, asked, nowUs)) {
    const verdict = verdictOf(restriction, asked)
    if (verdict === 'close') return { verdict, by: restriction }
    if (verdict === 'refuse' && decision === PASS) decision = { verdict, by: restriction }
  }
  return decision
}

/** What a server that fails closed still answers while the log of restrictions is away. */
export function decideAway(asked: Asked): Decision {
  return isHarmless(asked) ? PASS : { verdict: 'refuse', by: undefined }
}

/** Whether a request of a method may come twice: it calls no tool. */
export function changesNothing(method: string): boolean {
  return HARMLESS.has(method) || READING.has(method)
}

/** Restrictions in force on a subject and what it asks for. */
export function concerning(
  restrictions: RestrictionSet,
  subject: Subject,
  asked: Asked,
  nowUs: number,
): Restriction[] {
  if (restrictions.size === 0) return []
  const { serverId, sessionId, agentId, roles, tokenIds, names } = subject
  const found = [
    ...restrictions.on('server', serverId, nowUs),
    ...restrictions.on('session', sessionId, nowUs),
    ...(agentId === undefined ? [] : restrictions.on('agent', agentId, nowUs)),
    ...roles.flatMap((role) => restrictions.on('role', role, nowUs)),
    ...tokenIds.flatMap((id) => restrictions.on('token', id, nowUs)),
  ]
  if (asked.toolName !== undefined)
    found.push(...restrictions.on('tool', `${serverId}/${asked.toolName}`, nowUs))
  if (asked.definitionHash !== undefined)
    found.push(...restrictions.on('definition_hash', asked.definitionHash, nowUs))
  const unknown = restrictions.ofUnknownScope(nowUs)
  if (unknown.length === 0) return found
  // A kind of scope of a later version: whoever bears the name it gives is meant.
  const known = new Set([
    serverId,
    sessionId,
    agentId,
    asked.toolName,
    ...roles,
    ...tokenIds,
    ...names,
  ])
  return [...found, ...unknown.filter(({ scope_value }) => known.has(scope_value))]
}

function verdictOf(restriction: Restriction, asked: Asked): 'pass' | 'refuse' | 'close' {
  switch (restriction.restriction) {
    case 'close':
      return 'close'
    case 'sanitise':
      return 'pass'
    case 'read_only':
      return isHarmless(asked) || isRead(asked, asked.isReading) ? 'pass' : 'refuse'
    case 'declared_tools': {
      const isDeclared = restriction.tool_names.includes(asked.toolName ?? '')
      return isHarmless(asked) || isRead(asked, isDeclared) ? 'pass' : 'refuse'
    }
    default:
      // `refuse`, and every restriction of a later version.
      return isHarmless(asked) ? 'pass' : 'refuse'
  }
}

function isHarmless({ kind, method }: Asked): boolean {
  return kind === 'notification' || (kind === 'request' && HARMLESS.has(method))
}

function isRead({ kind, method }: Asked, isToolAllowed: boolean): boolean {
  if (kind === 'stream') return true
  return kind === 'request' && (method === 'tools/call' ? isToolAllowed : READING.has(method))
}
