import { LEVELS } from '#sigma/rule-words.ts'
import type { AlertRow, IncidentRow } from './incident-view.ts'
import { measureLines } from './measure-words.ts'
import { clockOf, safeText } from './terminal.ts'

const REASON_MAX_CHARS = 200
const EVENTS_SHOWN_COUNT = 3

/** What a claim means, for someone who has not read the rules. */
const CLAIM_WORDS: Readonly<Record<string, string>> = {
  data_left: 'Data left',
  production_changed: 'Production was changed',
  persisted: 'Something was left behind that works on',
  egress: 'It reached out',
  instruction_followed: 'An instruction from outside was followed',
  injection_seen: 'A text from outside gave orders',
  anomaly: 'Out of the ordinary',
}
const CLAIM_ORDER = Object.keys(CLAIM_WORDS)

/** Why it has its severity: a claim in words, then what showed it, when and in which events. */
export function severityLines(incident: IncidentRow, alerts: readonly AlertRow[]): string[] {
  const reasons = incident.severity_reasons.map((reason) => {
    const at = reason.indexOf(': ')
    return { claim: reason.slice(0, at), text: reason.slice(at + 2) }
  })
  const byClaim = Map.groupBy(reasons, ({ claim }) => claim)
  return [...byClaim.keys()]
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .flatMap((claim) => [
      `- ${CLAIM_WORDS[claim] ?? safeText(claim)}`,
      ...(byClaim.get(claim) ?? []).map(({ text }) => `    ${shown(text, alerts)}`),
    ])
}

/**
 * Why one call is said to be what it is: what tells that it follows an instruction, each reason
 * once; then every alert about it, in words and with its figures.
 */
export function whyLines(eventId: string, alerts: readonly AlertRow[]): string[] {
  const about = alerts.filter(({ event_ids }) => event_ids.includes(eventId)).toSorted(gravestFirst)
  const reasons = new Set(about.flatMap((alert) => alert.reasons))
  return [
    ...[...reasons].map((reason) => `- ${safeText(reason, REASON_MAX_CHARS)}`),
    ...about.flatMap((alert) => [alertWords(alert), ...measureLines(alert)]),
  ]
}

function gravestFirst(one: AlertRow, other: AlertRow): number {
  return LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level)
}

/** An alert: its title, what it says, and the rule's name last. */
export function alertWords(alert: AlertRow): string {
  const { title, summary, rule_name, level } = alert
  const said = safeText(summary, REASON_MAX_CHARS)
  return `- ${safeText(title)}: ${said} [${level}, ${safeText(rule_name)}]`
}

function rankOf(claim: string): number {
  const at = CLAIM_ORDER.indexOf(claim)
  return at < 0 ? CLAIM_ORDER.length : at
}

/** A reason with the alerts that bear its title: how often, when first, in which events. */
function shown(text: string, alerts: readonly AlertRow[]): string {
  const about = alerts.filter(({ title }) => text === title || text.startsWith(`${title}, `))
  const [first] = about
  const words = safeText(text, REASON_MAX_CHARS)
  if (first === undefined) return words
  const ids = [...new Set(about.flatMap(({ event_ids }) => event_ids))]
  const rest = ids.length > EVENTS_SHOWN_COUNT ? ` and ${ids.length - EVENTS_SHOWN_COUNT} more` : ''
  const named = ids.slice(0, EVENTS_SHOWN_COUNT).map((id) => safeText(id))
  return `${clockOf(first)} ${words} (${named.join(', ')}${rest})`
}
