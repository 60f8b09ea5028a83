import type { Owner } from '../normalize/complete.ts'
import type { LogEvent } from '../normalize/format.ts'
import type { IdentifyServer } from './inventory.ts'

/** What an operator says of where a log comes from. */
export type OwnerSettings = {
  /** The server whose log it is, where neither the record nor the inventory knows. */
  serverId: string
  /** Leaves out what nobody of the inventory did; absent: it is the settings' server's. */
  onlyKnown?: boolean
}

const SERVER_PREFIX = 'server:'

/**
 * Whose event it is: the conversation where the record names one, else the server. A record's own
 * word goes before the inventory's, that before the settings'. Which session of the server it is
 * comes out later, where the layers meet. Undefined where it is nobody's whom we know and only such
 * are wanted; a trace may still say whose it is.
 */
export function ownerOf(
  read: LogEvent,
  { serverId, onlyKnown = false }: OwnerSettings,
  identify: IdentifyServer,
): Owner | undefined {
  const { facts, hints } = read
  const known = facts.server_id == null ? identify(read) : undefined
  const isNamed = (facts.server_id ?? hints?.conversationId ?? facts.trace_id) != null
  if (onlyKnown && known === undefined && !isNamed) return undefined
  const server = facts.server_id ?? known?.serverId ?? serverId
  const sessionId = hints?.conversationId ?? SERVER_PREFIX + server
  const sessionBasis = sessionId.startsWith(SERVER_PREFIX) ? 'server' : 'explicit'
  return { sessionId, sessionBasis, agentId: known?.agentId ?? null, serverId: server }
}
