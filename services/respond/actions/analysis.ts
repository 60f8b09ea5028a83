import type { Action } from '#domain/records/index.ts'
import { ActionFailure, type Adapter } from './adapter.ts'

/** Asks the evidence the triage questions about an incident: how many rows each one came to. */
export type AskTriage = (tenantId: string, incidentId: string) => Promise<Record<string, number>>

/** Runs the named triage queries. Restriction never waits for it. */
export function analysisAdapter(ask: AskTriage | undefined): Adapter {
  return {
    plan: () => 'the named triage queries: identity, tools, data, related alerts, blast radius',
    apply: async (action: Action) => {
      if (ask === undefined) throw new ActionFailure('no evidence is open in this process', false)
      const counts = await ask(action.tenant_id, action.incident_id).catch(() => {
        throw new ActionFailure('the evidence does not answer', true)
      })
      return Object.entries(counts)
        .map(([name, count]) => `${name}: ${count} rows`)
        .join(', ')
    },
    prove: () => Promise.resolve({ phase: 'proven', detail: 'answered' }),
    undo: () => Promise.reject(new ActionFailure('there is nothing to take back', false)),
  }
}
