import type { Alert } from '#domain/records/index.ts'

/** What was measured, beside what was expected of this agent, as OCSF's anomaly analyses. */
export function anomalyAnalysesOf(alert: Alert): Record<string, unknown>[] {
  const { measures, agent_id, session_id } = alert
  if (alert.kind === 'external' || measures.length === 0) return []
  const target =
    agent_id === null ? { name: session_id, type: 'session' } : { name: agent_id, type: 'agent' }
  const expected = measures.filter((measure) => measure.expected !== null)
  return [
    {
      analysis_targets: [target],
      anomalies: measures.map(({ name, observed }) => observation(name, observed)),
      ...(expected.length > 0 && {
        baselines: expected.map(({ name, expected: usual }) => observation(name, usual ?? 0)),
      }),
    },
  ]
}

function observation(name: string, value: number): Record<string, unknown> {
  return { observation_parameter: name, observations: [{ value: String(value) }] }
}
