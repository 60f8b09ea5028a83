import colors from 'picocolors'

import type { Severity } from '#domain/records/index.ts'
import { paintSeverity, renderTable, safeText } from './terminal.ts'

/** An incident as the evidence answers it. */
export type IncidentRow = {
  incident_id: string
  tenant_id: string
  severity: Severity
  severity_reasons: string[]
  title: string
  summary: string
  opened_at: string
  updated_at: string
  settled: boolean
  layers: string[]
  session_ids: string[]
  agent_ids: string[]
  user_ids: string[]
  server_ids: string[]
  injection_event_ids: string[]
  attacker_event_ids: string[]
  data_touched: { object: string; rows: string; bytes: string; sensitive_types: string[] }[]
  destinations: string[]
  related_incident_ids: string[]
  attributions: Record<string, number>
}

export type TimelineRow = {
  occurred_at: string
  layer: string
  action: string
  role: string
  description: string
  amount: string | null
  event_id: string
}

export type AlertRow = {
  occurred_at: string
  level: string
  layer: string
  title: string
  summary: string
  event_ids: string[]
}

const IDS_SHOWN_COUNT = 3
const SUMMARY_SHOWN_CHARS = 200

const ROLE_NAMES: Record<string, string> = {
  injection: colors.magenta('vector'),
  attack: colors.red('attacker'),
  alert: colors.yellow('alert'),
}

/**
 * An incident for a person: severity and why, the timeline, the vector, the harm, and where next.
 */
export function renderIncident(
  incident: IncidentRow,
  timeline: readonly TimelineRow[],
  alerts: readonly AlertRow[],
): string {
  const finality = incident.settled ? 'settled' : 'not yet settled'
  const severity = paintSeverity(incident.severity)
  return [
    `${colors.bold(`Incident ${incident.incident_id}`)}  ${severity}  (${finality})`,
    safeText(incident.title),
    '',
    section(
      'Why',
      incident.severity_reasons.map((reason) => `- ${safeText(reason, 200)}`),
    ),
    section('Who', whoLines(incident)),
    section('Timeline', [renderTimeline(timeline)]),
    section(
      'Vector: where the instruction came in',
      eventLines(incident.injection_event_ids, timeline),
    ),
    section("The attacker's calls", eventLines(incident.attacker_event_ids, timeline)),
    section('Data touched', touchedLines(incident)),
    section(
      'Where it went',
      incident.destinations.map((host) => `- ${safeText(host)}`),
    ),
    section('Alerts', alertLines(alerts)),
    section('Go on with SQL', sqlLines(incident)),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string {
  const body = lines.length === 0 ? ['- none'] : lines
  return `${colors.bold(title)}\n${body.join('\n')}\n`
}

function whoLines(incident: IncidentRow): string[] {
  const list = (values: readonly string[]): string =>
    values.map((v) => safeText(v)).join(', ') || '-'
  return [
    `- agent ${list(incident.agent_ids)} for ${list(incident.user_ids)}`,
    `- through ${list(incident.server_ids)}`,
    `- session ${list(incident.session_ids)}, tenant ${safeText(incident.tenant_id)}`,
    `- from ${incident.opened_at} to ${incident.updated_at}, on ${incident.layers.join(', ')}`,
  ]
}

/**
 * One line each; a row like an earlier one (layer, action, what, role) is counted there instead.
 */
function renderTimeline(timeline: readonly TimelineRow[]): string {
  const groups = Map.groupBy(timeline, ({ layer, action, description, role }) =>
    JSON.stringify([layer, action, description, role]),
  )
  const lines = [...groups.values()].flatMap((rows) => {
    const [first] = rows
    const times = rows.length === 1 ? '' : `${rows.length} times, to ${timeOf(rows.at(-1))}`
    return first === undefined ? [] : [{ first, times }]
  })
  const cells = lines.map(({ first, times }) => [
    timeOf(first),
    first.layer,
    first.action,
    first.description,
    first.amount ?? '',
    times,
  ])
  const head = ['time', 'layer', 'action', 'what', 'amount', '']
  const table = renderTable(head, cells).split('\n')
  const roles = ['', ...lines.map(({ first }) => ROLE_NAMES[first.role] ?? '')]
  return table.map((line, index) => `${line}${roles[index] ?? ''}`.trimEnd()).join('\n')
}

function timeOf(row: { occurred_at: string } | undefined): string {
  return row?.occurred_at.slice(11, 23) ?? ''
}

/** The events by what they did, with the ids of the first few. */
function eventLines(eventIds: readonly string[], timeline: readonly TimelineRow[]): string[] {
  const named = new Set(eventIds)
  const rows = timeline.filter((row) => named.has(row.event_id))
  const groups = Map.groupBy(rows, ({ action, description }) => `${action} ${description}`)
  const lines = [...groups].map(([what, members]) => {
    const ids = members.slice(0, IDS_SHOWN_COUNT).map((row) => safeText(row.event_id))
    const rest = members.length > ids.length ? ` and ${members.length - ids.length} more` : ''
    return `- ${timeOf(members[0])} ${safeText(what)} (${ids.join(', ')}${rest})`
  })
  const unseen = eventIds.filter((eventId) => !rows.some((row) => row.event_id === eventId))
  return [...lines, ...unseen.map((eventId) => `- ${safeText(eventId)}`)]
}

function touchedLines(incident: IncidentRow): string[] {
  return incident.data_touched.map(({ object, rows, bytes, sensitive_types }) => {
    const types = sensitive_types.length === 0 ? '' : `, holds ${sensitive_types.join(', ')}`
    return `- ${safeText(object)}: ${rows} rows, ${bytes} bytes${types}`
  })
}

/** One line a rule: when it first fired, how often, and its latest words. */
function alertLines(alerts: readonly AlertRow[]): string[] {
  const groups = Map.groupBy(alerts, ({ title }) => title)
  return [...groups].flatMap(([title, members]) => {
    const latest = members.at(-1)
    if (latest === undefined) return []
    const { level, layer, summary } = latest
    const often = members.length === 1 ? '' : ` ${members.length} times, last`
    const words = `${safeText(title)}:${often} ${safeText(summary, SUMMARY_SHOWN_CHARS)}`
    return [`- ${timeOf(members[0])} ${level} (${layer}) ${words}`]
  })
}

/** Statements that stand on their own: ids are ours, hex, or quoted as SQL strings. */
function sqlLines(incident: IncidentRow): string[] {
  const tenant = sqlString(incident.tenant_id)
  const sessions = incident.session_ids.map(sqlString).join(', ')
  return [
    `SELECT * FROM events_application WHERE tenant_id = ${tenant}` +
      ` AND session_id IN (${sessions}) ORDER BY occurred_at`,
    'SELECT * FROM alerts WHERE alert_id IN' +
      ` (SELECT arrayJoin(alert_ids) FROM incidents WHERE incident_id = '${incident.incident_id}')`,
    `SELECT * FROM log_incidents WHERE incident_id = '${incident.incident_id}' ORDER BY revision`,
  ]
}

function sqlString(text: string): string {
  return `'${safeText(text, 200).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
