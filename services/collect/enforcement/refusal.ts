import type { MessageId } from '../normalize/mcp-message.ts'
import type { Restriction } from './restrictions.ts'

/** Of the range that JSON-RPC leaves to implementations; no SDK uses it. */
const REFUSED_CODE = -32_010

/** Why a request is refused: a restriction, or what stands in the way of looking for one. */
export type RefusalReason = Restriction | 'away' | 'opaque'

/** The JSON-RPC error by which a tap refuses a request: it names the incident. */
export function refusalJson(id: MessageId | null, reason: RefusalReason): string {
  const by = typeof reason === 'string' ? undefined : reason
  const message =
    typeof reason === 'string'
      ? MESSAGES[reason]
      : `Refused: incident ${reason.incident_id ?? 'unknown'} restricts this ${reason.scope_kind}`
  const data = {
    incident_id: by?.incident_id,
    enforcement_id: by?.enforcement_id,
    restriction: by?.restriction,
    scope_kind: by?.scope_kind,
  }
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: REFUSED_CODE, message, data } })
}

const MESSAGES = {
  away: 'Refused: restrictions cannot be read at the moment, and this server fails closed',
  opaque: 'Refused: the message cannot be looked into, and restrictions are in force',
}
