import { isServerAllowed, type AgentScope } from './inventory.ts'
import type { AnyEvent, Sight } from './sight.ts'

const SCOPES_MAX_COUNT = 32

/** Adds to a sight what an event of any layer says of who acts, with which right, for whom. */
export function addIdentity(sight: Sight, event: AnyEvent, scope: AgentScope): void {
  const { facts } = sight
  const scopes = event.token_scopes?.slice(0, SCOPES_MAX_COUNT)
  const droppedCount = (event.token_scopes?.length ?? 0) - (scopes?.length ?? 0)
  facts.server_allowed = isServerAllowed(scope, event.server_id)
  facts.token_scopes = scopes ?? null
  facts.user_delegated = isUserDelegated(event)
  facts.facts_dropped = (facts.facts_dropped ?? 0) + droppedCount
  if (scopes !== undefined) sight.names = { ...sight.names, token_scope: scopes }
}

/** Whether the user stands in the chain on whose behalf the credential acts. */
function isUserDelegated({ delegation_chain, user_id }: AnyEvent): boolean | null {
  if (delegation_chain === null || delegation_chain.length === 0 || user_id === null) return null
  return delegation_chain.includes(user_id)
}
