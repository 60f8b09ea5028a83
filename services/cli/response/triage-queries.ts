import type { EvidenceStore, QueryParameters } from '#domain/evidence.ts'
import { parseTime } from '#domain/time.ts'
import { runNamedQuery } from '../evidence.ts'
import type { IncidentRow } from '../incident-view.ts'

const MARGIN_US = 3_600_000_000
const ROWS_MAX_COUNT = 5_000

export type TriageAnswer = { name: string; question: string; rows: Record<string, unknown>[] }

/**
 * What triage must know of an incident, asked of the evidence (architecture.md §6): who, the whole
 * tool history, the data, related alerts, the blast radius as observed.
 */
export async function askTriageQueries(
  evidence: EvidenceStore,
  incident: IncidentRow,
): Promise<TriageAnswer[]> {
  const { tenant_id: tenantId, session_ids: sessionIds } = incident
  const window = {
    since_us: (parseTime(incident.opened_at) ?? 0) - MARGIN_US,
    until_us: (parseTime(incident.updated_at) ?? 0) + MARGIN_US,
  }
  const asked: { name: string; question: string; parameters: QueryParameters }[] = [
    ...sessionIds.flatMap((session_id) => [
      {
        name: 'session-identity',
        question: `Who acts in ${session_id}`,
        parameters: { tenant_id: tenantId, session_id },
      },
      {
        name: 'session-tools',
        question: `The tool history of ${session_id}`,
        parameters: { tenant_id: tenantId, session_id, row_limit: ROWS_MAX_COUNT },
      },
    ]),
    {
      name: 'data-touched',
      question: 'What data was read or changed',
      parameters: {
        tenant_id: tenantId,
        session_ids: sessionIds,
        server_ids: incident.server_ids,
        ...window,
      },
    },
    {
      name: 'related-alerts',
      question: 'Which alerts are related',
      parameters: {
        tenant_id: tenantId,
        session_ids: sessionIds,
        entities: incident.destinations.map((host) => `destination:${host}`),
        ...window,
      },
    },
    ...incident.agent_ids.map((agent_id) => ({
      name: 'blast-radius',
      question: `What ${agent_id} was seen to reach`,
      parameters: { tenant_id: tenantId, agent_id, ...window },
    })),
  ]
  const answers: TriageAnswer[] = []
  for (const { name, question, parameters } of asked)
    answers.push({ name, question, rows: await runNamedQuery(evidence, name, parameters) })
  return answers
}

/** Asks for the executor: how many rows each question came to. */
export function triageAsker(
  evidence: EvidenceStore,
): (tenantId: string, incidentId: string) => Promise<Record<string, number>> {
  return async (_tenantId, incidentId) => {
    const [incident] = await runNamedQuery<IncidentRow>(evidence, 'incident', {
      incident_id: incidentId,
    })
    if (incident === undefined) return { incident: 0 }
    const counts: Record<string, number> = {}
    for (const { name, rows } of await askTriageQueries(evidence, incident))
      counts[name] = (counts[name] ?? 0) + rows.length
    return counts
  }
}
