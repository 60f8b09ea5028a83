import colors from 'picocolors'

import type { SessionBasis, Severity } from '#domain/records/index.ts'
import type { LEVELS } from '#sigma/rule-words.ts'
import { attributionLines } from './incident-attribution.ts'
import { alertWords, severityLines } from './incident-reasons.ts'
import { storyLines } from './incident-story.ts'
import { measureLines } from './measure-words.ts'
import { clockOf, paintSeverity, renderTable, safeText } from './terminal.ts'

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
  token_ids: string[]
  injection_event_ids: string[]
  attacker_event_ids: string[]
  data_touched: { object: string; rows: string; bytes: string; sensitive_types: string[] }[]
  destinations: string[]
  related_incident_ids: string[]
  attributions: Record<string, number>
  attribution_bases: Record<string, string>
  /** How many events an alert stands for, where there are several. */
  alert_hits: Record<string, string>
}

export type TimelineRow = {
  occurred_at: string
  layer: string
  action: string
  role: string
  description: string
  amount: string | null
  event_id: string
  session_id: string
  session_basis: SessionBasis
}

export type AlertRow = {
  alert_id: string
  occurred_at: string
  level: (typeof LEVELS)[number]
  layer: string
  kind: string
  rule_name: string
  title: string
  summary: string
  event_ids: string[]
  instruction_event_ids: string[]
  origin_event_ids: string[]
  /** Why its call is said to follow an instruction. */
  reasons: string[]
  measures: { name: string; observed: number; expected: number | null; score: number | null }[]
}

/** A request of a user, a text that gave orders, or a call that followed: with its own words. */
export type WordsRow = {
  occurred_at: string
  event_id: string
  action: string
  server_id: string | null
  tool_name: string | null
  user_id: string | null
  source_principal: string | null
  role: 'request' | 'injection' | 'attack'
  /** Hostile: never shown as it is. */
  text: string
}

/** Everything the evidence answers about one incident. */
export type FoundIncident = {
  incident: IncidentRow
  timeline: readonly TimelineRow[]
  alerts: readonly AlertRow[]
  words: readonly WordsRow[]
}

const SUMMARY_MAX_CHARS = 400

const ROLE_NAMES: Record<string, string> = {
  injection: colors.magenta('vector'),
  attack: colors.red('attacker'),
  alert: colors.yellow('alert'),
}

/**
 * An incident for a person who knows nothing of it: what happened as one story, why it has its
 * severity, everything seen in order, every alert, and where to go on.
 */
export function renderIncident(found: FoundIncident): string {
  const { incident, timeline, alerts } = found
  return [
    `${paintSeverity(incident.severity)}  ${colors.bold(safeText(incident.title))}`,
    ...whoLines(incident),
    '',
    section('In short', [`- ${safeText(incident.summary, SUMMARY_MAX_CHARS)}`]),
    section('What happened', storyLines(found)),
    section(`Why ${incident.severity}`, severityLines(incident, alerts)),
    section('How each layer’s records came to it', attributionLines(found)),
    section('Everything seen, in order', [renderTimeline(timeline)]),
    section('Every alert', alertLines(alerts)),
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
  const finality = incident.settled ? 'settled' : 'not yet settled: more may come'
  const from = incident.opened_at.slice(0, 10)
  const related = incident.related_incident_ids
  return [
    `incident ${incident.incident_id} (${finality})`,
    `agent ${list(incident.agent_ids)} for ${list(incident.user_ids)},` +
      ` through ${list(incident.server_ids)}`,
    `session ${list(incident.session_ids)}, tenant ${safeText(incident.tenant_id)}`,
    `${from} from ${clockOf({ occurred_at: incident.opened_at })}` +
      ` to ${clockOf({ occurred_at: incident.updated_at })} UTC, on ${incident.layers.join(', ')}`,
    ...(related.length === 0 ? [] : [`related to ${list(related)}`]),
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
    const times = rows.length === 1 ? '' : `${rows.length} times, to ${clockOf(rows.at(-1))}`
    return first === undefined ? [] : [{ first, times }]
  })
  const cells = lines.map(({ first, times }) => [
    clockOf(first),
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

/** One line a rule: when it first fired, how often, its latest words, then its name. */
function alertLines(alerts: readonly AlertRow[]): string[] {
  const groups = Map.groupBy(alerts, ({ rule_name }) => rule_name)
  return [...groups.values()].flatMap((members) => {
    const latest = members.at(-1)
    if (latest === undefined) return []
    const often = members.length === 1 ? '' : ` (${members.length} times; the latest)`
    const words = alertWords(latest).slice(2)
    return [`- ${clockOf(members[0])} ${latest.layer}${often} ${words}`, ...measureLines(latest)]
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
