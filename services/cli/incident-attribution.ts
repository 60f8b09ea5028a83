import type { SessionBasis } from '#domain/records/index.ts'
import type { FoundIncident, IncidentRow, TimelineRow } from './incident-view.ts'
import { safeText } from './terminal.ts'

const LAYERS = ['application', 'data', 'network', 'model']

const SESSION_WORDS: Record<SessionBasis, string> = {
  explicit: 'by session id',
  trace: 'by trace',
  inferred: 'by who acted and when',
  server: 'by server alone',
}

const BASIS_WORDS: Record<string, string> = {
  trace: 'by the trace it shares with the session',
  connection: 'by the connection it came over',
  overlap: 'by who was active on the server then',
}

/**
 * How the records of each layer came to the incident: by what their own record says, or joined to
 * it, and then as one of how many sessions it could have been.
 */
export function attributionLines(found: FoundIncident): string[] {
  const ways = found.timeline.map((row) => ({ row, way: wayOf(row, found) }))
  const groups = Map.groupBy(ways, ({ row, way }) => JSON.stringify([row.layer, way]))
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members
      return first === undefined ? [] : [{ ...first, count: members.length }]
    })
    .toSorted((one, other) => LAYERS.indexOf(one.row.layer) - LAYERS.indexOf(other.row.layer))
    .map(({ row, way, count }) => `- ${row.layer}: ${count} ${plural(count)} ${way}`)
}

function wayOf(row: TimelineRow, { incident, alerts }: FoundIncident): string {
  if (incident.session_ids.includes(row.session_id)) return SESSION_WORDS[row.session_basis]
  const joined = alerts.find(
    ({ alert_id, event_ids }) =>
      incident.attributions[alert_id] !== undefined && event_ids.includes(row.event_id),
  )
  const server = `of ${safeText(row.session_id)}`
  return joined === undefined ? server : `${server} ${joinedWords(incident, joined.alert_id)}`
}

function joinedWords(incident: IncidentRow, alertId: string): string {
  const words = BASIS_WORDS[incident.attribution_bases[alertId] ?? ''] ?? BASIS_WORDS['overlap']
  const sessionCount = Math.round(1 / (incident.attributions[alertId] ?? 1))
  return sessionCount === 1
    ? `${words}: no other fits`
    : `${words}: one of ${sessionCount} that fit`
}

function plural(count: number): string {
  return count === 1 ? 'record' : 'records'
}
