import colors from 'picocolors'

import { LEVELS } from '#sigma/rule-words.ts'
import { alertWords, whyLines } from './incident-reasons.ts'
import type {
  AlertRow,
  FoundIncident,
  IncidentRow,
  TimelineRow,
  WordsRow,
} from './incident-view.ts'
import { measureLines } from './measure-words.ts'
import { argumentLines, argumentTexts, passageOf, shownText, wrapped } from './passage.ts'
import { clockOf, safeText } from './terminal.ts'

const EACH_MAX_COUNT = 6
const PLACES_MAX_COUNT = 3
const REQUEST_MAX_CHARS = 400
const LABEL_WIDTH = 9
const TIME_WIDTH = 14
const INDENT = ' '.repeat(LABEL_WIDTH + TIME_WIDTH)

/** A moment of the story: when, what in one line, and what more there is to say of it. */
type Moment = { at: string; what: string; more: readonly string[] }

/**
 * What happened as one story in order: what was asked, what came in, what the agent did and why we
 * say so, what was touched, where it went. Each claim has its time and event.
 */
export function storyLines(found: FoundIncident): string[] {
  const { incident, words, alerts } = found
  const isQuiet = incident.injection_event_ids.length + incident.attacker_event_ids.length === 0
  return [
    ...chapter('asked', askedMoments(words), 'nobody asked for anything in these sessions'),
    ...chapter('came in', cameInMoments(words), 'no text from outside gave orders'),
    ...(isQuiet
      ? chapter(
          'seen',
          alerts.map((alert) => seenMoment(alert, incident)),
          '',
        )
      : chapter('did', didMoments(found), 'no call followed')),
    ...chapter('touched', touchedMoments(found), 'no data that we know of'),
    ...chapter('went', wentMoments(found), 'no traffic seen; what a call itself sent stands above'),
  ]
}

function chapter(label: string, moments: readonly Moment[], none: string): string[] {
  const name = colors.bold(label.padEnd(LABEL_WIDTH))
  if (moments.length === 0) return [`${name}${'-'.padEnd(TIME_WIDTH)}${none}`]
  const shown = moments.slice(0, EACH_MAX_COUNT)
  const rest = moments.length - shown.length
  const lines = shown.flatMap(({ at, what, more }, index) => {
    const head = index === 0 ? name : ' '.repeat(LABEL_WIDTH)
    const [first = '', ...others] = wrapped(what, INDENT.length)
    return [
      `${head}${at.padEnd(TIME_WIDTH)}${first}`,
      ...[...others, ...more].map((line) => `${INDENT}${line}`),
    ]
  })
  return rest > 0 ? [...lines, `${INDENT}and ${rest} more`] : lines
}

function askedMoments(words: readonly WordsRow[]): Moment[] {
  return ofRole(words, 'request').map((row) => ({
    at: clockOf(row),
    what: `${safeText(row.user_id ?? 'a user')} asked (${safeText(row.event_id)})`,
    more: quoted(shownText(row.text, REQUEST_MAX_CHARS)),
  }))
}

function cameInMoments(words: readonly WordsRow[]): Moment[] {
  const values = ofRole(words, 'attack').flatMap(({ text }) => argumentTexts(text))
  const firstOf = new Map<string, WordsRow>()
  return ofRole(words, 'injection').map((row) => {
    const from =
      row.source_principal === null ? '' : `, written by ${safeText(row.source_principal)}`
    const what = `${sourceOf(row)}${from} gave orders (${safeText(row.event_id)})`
    const passage = passageOf(row.text, values)
    const first = firstOf.get(passage)
    if (first !== undefined) return { at: clockOf(row), what, more: [`  as at ${clockOf(first)}`] }
    firstOf.set(passage, row)
    return { at: clockOf(row), what, more: quoted(passage) }
  })
}

function sourceOf({ action, tool_name, server_id }: WordsRow): string {
  const tool = safeText(tool_name ?? server_id ?? 'a server')
  return action === 'tool_result' ? `the answer of ${tool}` : `a ${safeText(action)} of ${tool}`
}

/** The calls of each tool as one moment, told by its gravest, the earliest of equals. */
function didMoments(found: FoundIncident): Moment[] {
  const calls = ofRole(found.words, 'attack')
  const byTool = Map.groupBy(calls, ({ server_id, tool_name }) =>
    JSON.stringify([server_id, tool_name]),
  )
  return [...byTool.values()].flatMap((members) => {
    const [told] = members.toSorted(
      (one, other) => gravityOf(other, found.alerts) - gravityOf(one, found.alerts),
    )
    return told === undefined ? [] : [callMoment(told, members, found)]
  })
}

function gravityOf({ event_id }: WordsRow, alerts: readonly AlertRow[]): number {
  const about = alerts.filter(({ event_ids }) => event_ids.includes(event_id))
  return Math.max(-1, ...about.map(({ level }) => LEVELS.indexOf(level)))
}

function callMoment(row: WordsRow, like: readonly WordsRow[], found: FoundIncident): Moment {
  const about = found.alerts.filter(({ event_ids }) => event_ids.includes(row.event_id))
  const sources = idsOf(about.flatMap((alert) => alert.instruction_event_ids))
  const others = idsOf(
    about.flatMap((alert) => alert.origin_event_ids),
    sources,
  )
  const tool = [row.server_id, row.tool_name].filter((name) => name !== null).join(' ')
  const behind =
    sources.length === 0 ? ', unasked' : `, as the text of ${placesOf(sources, found)} said`
  const read = others.length === 0 ? [] : [`with values out of ${placesOf(others, found)}`]
  const span = `${clockOf(like[0])} to ${clockOf(like.at(-1))}`
  const often = like.length === 1 ? [] : [`one of ${like.length} such calls, from ${span}`]
  return {
    at: clockOf(row),
    what: `called ${safeText(tool)} (${safeText(row.event_id)})${behind}`,
    more: [
      ...argumentLines(row.text, foreignTo(found)).flatMap(hung),
      ...[...often, ...read].flatMap((line) => wrapped(line, INDENT.length)),
      'why we say so',
      ...whyLines(row.event_id, found.alerts).flatMap(hung),
    ],
  }
}

/** Whether a value stands in a text that gave orders, and in no request. */
function foreignTo({ words }: FoundIncident): (value: string) => boolean {
  const stands = (role: WordsRow['role'], value: string): boolean =>
    ofRole(words, role).some(({ text }) => text.includes(value))
  return (value) => stands('injection', value) && !stands('request', value)
}

/** Each id once, without those of `except`. */
function idsOf(ids: readonly string[], except: readonly string[] = []): string[] {
  return [...new Set(ids)].filter((id) => !except.includes(id))
}

/** The events' times and ids. */
function placesOf(ids: readonly string[], { words, timeline }: FoundIncident): string {
  const shown = ids.slice(0, PLACES_MAX_COUNT).map((id) => {
    const row = [...words, ...timeline].find(({ event_id }) => event_id === id)
    return `${clockOf(row)} (${safeText(id)})`.trim()
  })
  const rest = ids.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

function seenMoment(alert: AlertRow, incident: IncidentRow): Moment {
  const [eventId = '-'] = alert.event_ids
  const hits = Number(incident.alert_hits[alert.alert_id] ?? 1)
  const often = hits === 1 ? '' : `, and in ${hits - 1} events after it`
  const figures = measureLines(alert).map((line) => line.trim())
  return {
    at: clockOf(alert),
    what: alertWords(alert).slice(2),
    more: [`in ${safeText(eventId)}${often}`, ...figures].flatMap(hung),
  }
}

/** What alerts know of, and where they know nothing what databases say the sessions read. */
function touchedMoments({ incident, timeline }: FoundIncident): Moment[] {
  const known = incident.data_touched.map(({ object, rows, bytes, sensitive_types }) => {
    const types = sensitive_types.length === 0 ? '' : `, holds ${sensitive_types.join(', ')}`
    const first = timeline.find((row) => row.layer === 'data' && namesObject(row, object))
    const what = `${safeText(object)}: ${rowCount(rows)}, ${bytes} bytes${safeText(types)}`
    return { at: clockOf(first), what: `${what}${eventOf(first)}`, more: [] }
  })
  if (known.length > 0) return known
  return rowMoments(timeline, 'data', (row, amount) => {
    const rows = row.amount === null ? '' : `: ${rowCount(amount)}`
    return `${row.action} by ${safeText(row.description)}${rows}`
  })
}

function rowCount(count: string): string {
  return `${count} ${count === '1' ? 'row' : 'rows'}`
}

function wentMoments({ incident, timeline }: FoundIncident): Moment[] {
  const flows = rowMoments(timeline, 'network', (row, amount) => {
    const bytes = row.amount === null ? '' : `, ${amount} bytes`
    const note = row.role === '' ? '' : ', which an alert names'
    return `${row.action} ${safeText(row.description)}${bytes}${note}`
  })
  const unseen = incident.destinations.filter(
    (host) => !timeline.some((row) => row.layer === 'network' && namesObject(row, host)),
  )
  return [...flows, ...unseen.map((host) => ({ at: '-', what: safeText(host), more: [] }))]
}

/** The events of a layer, like ones as one moment, those an alert names before the others. */
function rowMoments(
  timeline: readonly TimelineRow[],
  layer: string,
  say: (first: TimelineRow, amount: string) => string,
): Moment[] {
  const rows = timeline.filter((row) => row.layer === layer)
  const groups = Map.groupBy(rows, ({ action, description, role }) =>
    JSON.stringify([action, description, role]),
  )
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members
      return first === undefined ? [] : [{ first, members }]
    })
    .toSorted((one, other) => Number(other.first.role !== '') - Number(one.first.role !== ''))
    .map(({ first, members }) => {
      const sum = members.reduce((total, { amount }) => total + Number(amount ?? 0), 0)
      const times = members.length === 1 ? '' : ` in ${members.length} events, from`
      const what = `${say(first, String(sum))}${times}${eventOf(first)}`
      return { at: clockOf(first), what, more: [] }
    })
}

function namesObject({ description }: TimelineRow, name: string): boolean {
  return description.split(' ').includes(name)
}

function eventOf(row: { event_id: string } | undefined): string {
  return row === undefined ? '' : ` (${safeText(row.event_id)})`
}

function ofRole(words: readonly WordsRow[], role: WordsRow['role']): WordsRow[] {
  return words.filter((row) => row.role === role)
}

function quoted(text: string): string[] {
  return wrapped(`"${text}"`, INDENT.length + 2).map((line) => `  ${line}`)
}

/** A line that may be long, its further lines set in. */
function hung(line: string): string[] {
  const depth = line.length - line.trimStart().length
  const [first = '', ...others] = wrapped(line.trimStart(), INDENT.length + depth + 4)
  return [first, ...others.map((other) => `  ${other}`)].map((text) => ' '.repeat(depth + 2) + text)
}
