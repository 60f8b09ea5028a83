import type { EvidenceStore } from '#domain/evidence.ts'
import { runNamedQuery } from '../evidence.ts'
import type { IncidentRow } from '../incident-view.ts'
import type { ActionRow, CaseRow } from './case-view.ts'

/** The case of an incident, where there is one, and everything written about its actions. */
export async function readCase(
  evidence: EvidenceStore,
  incident: Pick<IncidentRow, 'tenant_id' | 'incident_id'>,
): Promise<{ found: CaseRow | undefined; actions: ActionRow[] }> {
  const { tenant_id, incident_id } = incident
  const key = { tenant_id, incident_id }
  const [found] = await runNamedQuery<CaseRow>(evidence, 'incident-case', key)
  const actions = await runNamedQuery<ActionRow>(evidence, 'incident-actions', key)
  return { found, actions }
}
