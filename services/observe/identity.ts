import type { Observation } from '#domain/records/index.ts'
import { isServerAllowed, type AgentScope } from './inventory.ts'
import type { AnyEvent, Sight } from './sight.ts'

const SCOPES_MAX_COUNT = 32

/** Adds what an event of any layer says of who acts, with which right, and through whom. */
export function withIdentity(sight: Sight, event: AnyEvent, scope: AgentScope): Sight {
  const scopes = event.token_scopes?.slice(0, SCOPES_MAX_COUNT)
  const facts: Partial<Observation> = {
    server_allowed: isServerAllowed(scope, event.server_id),
    token_scopes: scopes ?? null,
    user_delegated: isUserDelegated(event),
  }
  const droppedCount = (event.token_scopes?.length ?? 0) - (scopes?.length ?? 0)
  return {
    ...sight,
    facts: {
      ...sight.facts,
      ...facts,
      facts_dropped: (sight.facts.facts_dropped ?? 0) + droppedCount,
    },
    names: scopes === undefined ? sight.names : { ...sight.names, token_scope: scopes },
  }
}

/** Whether the user stands in the chain on whose behalf the credential acts. */
function isUserDelegated({ delegation_chain, user_id }: AnyEvent): boolean | null {
  if (delegation_chain === null || delegation_chain.length === 0 || user_id === null) return null
  return delegation_chain.includes(user_id)
}
