import type { Action } from '#domain/records/index.ts'
import type { TimedRecord } from './timed-records.ts'

const RANKS = ['moderate', 'high', 'critical']

/** The gravest incident of a session; undefined: it has none. */
export function severityOf(sessionId: string, records: readonly TimedRecord[]): string | undefined {
  const found = records.flatMap((one) =>
    one.topic === 'incidents.v1' && one.value.session_ids.includes(sessionId)
      ? [one.value.severity]
      : [],
  )
  return RANKS.findLast((rank) => found.some((severity) => severity === rank))
}

/** The newest revision of every action about a session's incidents. */
export function lastActions(records: readonly TimedRecord[], sessionId: string): Action[] {
  const incidents = new Set(
    records.flatMap((one) =>
      one.topic === 'incidents.v1' && one.value.session_ids.includes(sessionId)
        ? [one.value.incident_id]
        : [],
    ),
  )
  const newest = new Map<string, Action>()
  for (const one of records) {
    if (one.topic !== 'actions.v1' || !incidents.has(one.value.incident_id)) continue
    const known = newest.get(one.value.action_id)
    if (known === undefined || known.revision < one.value.revision)
      newest.set(one.value.action_id, one.value)
  }
  return [...newest.values()]
}
