import { stringify } from 'yaml'

import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { DAY_US, formatTime, parseTime } from '#domain/time.ts'
import { compileRules, type CompiledRules } from '../../detect/pack/streams.ts'
import { readPack } from '../../detect/pack/pack.ts'
import { guardExpressions } from '../../detect/sigma/expression.ts'
import { draftFilter } from '../../respond/filter-draft.ts'
import type { FilterTrial } from '../../respond/filter-trial.ts'
import { runNamedQuery } from '../evidence.ts'
import type { IncidentRow } from '../incident-view.ts'
import { refusalLine } from '../rules/sigma-tree.ts'
import { storedPages } from '../rules/stored-records.ts'
import type { TimeSpan } from '../rules/time-span.ts'
import { readContent } from './eradicate.ts'

/** So far back from the incident's opening, and so far on from its last alert. */
const BEFORE_US = 30 * DAY_US
const AFTER_US = DAY_US
/** As many whole days are tried, from the newest back, as have no more events than this. */
const EVENTS_MAX_COUNT = 100_000
/** Vectors whose text is looked at, the first that gives a rule being taken. */
const VECTORS_MAX_COUNT = 20
/** Sessions whose hits are told apart; hits in more than these count as outside any incident. */
const SESSIONS_MAX_COUNT = 1_000
const EXAMPLES_MAX_COUNT = 5
const PAGE_ROWS = 2_000
const TOPIC = 'events.application.v1'

type Hits = {
  own: number
  bySession: Map<string, { count: number; examples: string[] }>
  more: number
}

/**
 * Tries the filter that an incident's vector suggests on the tenant's application events around it.
 * Nothing that stands in the way of it stops the review: it is told.
 */
export async function tryDraftedFilter(
  evidence: EvidenceStore,
  incident: IncidentRow,
  eventsMaxCount = EVENTS_MAX_COUNT,
): Promise<FilterTrial> {
  try {
    return await tried(evidence, incident, eventsMaxCount)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { isKnown: false, why: `the evidence did not answer (${error.code})` }
  }
}

async function tried(
  evidence: EvidenceStore,
  incident: IncidentRow,
  eventsMaxCount: number,
): Promise<FilterTrial> {
  const drafted = await draftedRule(evidence, incident)
  if (typeof drafted === 'string') return { isKnown: false, why: drafted }
  const span = await spanOf(evidence, incident, eventsMaxCount)
  if (span === undefined)
    return { isKnown: false, why: `since it began there are more than ${eventsMaxCount} events` }
  const { hits, eventsCount } = await hitsIn(evidence, incident, span, drafted.rules)
  return {
    isKnown: true,
    rule: drafted.name,
    since: formatTime(span.sinceUs),
    until: formatTime(span.untilUs),
    eventsCount,
    ...(await placed(evidence, incident, hits)),
  }
}

/** The rule, ready to be tried; else why there is none. */
async function draftedRule(
  evidence: EvidenceStore,
  incident: IncidentRow,
): Promise<{ name: string; rules: CompiledRules } | string> {
  const vectors = incident.injection_event_ids.slice(0, VECTORS_MAX_COUNT)
  if (vectors.length === 0) return 'no text is known through which it came in'
  for (const eventId of vectors) {
    const content = await keptContent(evidence, incident, eventId)
    const rule = content === undefined ? undefined : draftFilter(incident.incident_id, content)
    if (rule === undefined) continue
    guardExpressions()
    const file = `${rule.name}.yml`
    const pack = readPack([{ file, text: stringify(rule) }])
    const [refused] = pack.refused
    if (refused !== undefined) return `the drafted rule is refused: ${refusalLine(refused)}`
    return { name: rule.name, rules: compileRules(pack.rules.map((one) => one.rule)) }
  }
  return 'the text through which it came in is not kept, or too short to be told by'
}

async function keptContent(
  evidence: EvidenceStore,
  incident: IncidentRow,
  eventId: string,
): Promise<string | undefined> {
  try {
    return await readContent(evidence, incident, eventId)
  } catch (error) {
    if (error instanceof Fault && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

/** The days whose events are few enough; undefined where the incident's first is not among them. */
async function spanOf(
  evidence: EvidenceStore,
  incident: IncidentRow,
  eventsMaxCount: number,
): Promise<TimeSpan | undefined> {
  const openedUs = parseTime(incident.opened_at) ?? 0
  const updatedUs = parseTime(incident.updated_at) ?? openedUs
  const span = { sinceUs: openedUs - BEFORE_US, untilUs: updatedUs + AFTER_US }
  const days = await runNamedQuery<{ day: string; events: string }>(evidence, 'application-days', {
    tenant_id: incident.tenant_id,
    since_us: span.sinceUs,
    until_us: span.untilUs,
  })
  let eventsCount = 0
  for (const { day, events } of days) {
    eventsCount += Number(events)
    if (eventsCount <= eventsMaxCount) continue
    const sinceUs = (parseTime(`${day}T00:00:00Z`) ?? span.untilUs) + DAY_US
    return sinceUs > openedUs ? undefined : { ...span, sinceUs: Math.max(span.sinceUs, sinceUs) }
  }
  return span
}

async function hitsIn(
  evidence: EvidenceStore,
  incident: IncidentRow,
  { sinceUs, untilUs }: TimeSpan,
  rules: CompiledRules,
): Promise<{ hits: Hits; eventsCount: number }> {
  const stream = rules.streamOf('event', 'application')
  const own = {
    sessions: new Set(incident.session_ids),
    events: new Set(incident.injection_event_ids),
  }
  const hits: Hits = { own: 0, bySession: new Map(), more: 0 }
  let eventsCount = 0
  const options = { pageRows: PAGE_ROWS, tenantId: incident.tenant_id }
  for await (const page of storedPages(evidence, TOPIC, sinceUs, untilUs, options)) {
    eventsCount += page.length
    for (const { record } of page) {
      if (stream.firing({ record, statistic: () => null }).length === 0) continue
      const { session_id: sessionId, event_id: eventId } = record
      if (own.sessions.has(sessionId) || own.events.has(eventId)) hits.own += 1
      else addHit(hits, sessionId, eventId)
    }
  }
  return { hits, eventsCount }
}

function addHit(hits: Hits, sessionId: string, eventId: string): void {
  const known = hits.bySession.get(sessionId)
  if (known === undefined && hits.bySession.size >= SESSIONS_MAX_COUNT) {
    hits.more += 1
    return
  }
  const session = known ?? { count: 0, examples: [] }
  hits.bySession.set(sessionId, session)
  session.count += 1
  if (session.examples.length < EXAMPLES_MAX_COUNT) session.examples.push(eventId)
}

async function placed(evidence: EvidenceStore, incident: IncidentRow, hits: Hits) {
  const session_ids = [...hits.bySession.keys()]
  const { tenant_id } = incident
  const rows =
    session_ids.length === 0
      ? []
      : await runNamedQuery<{ session_id: string }>(evidence, 'session-incidents', {
          tenant_id,
          session_ids,
        })
  const ofIncidents = new Set(rows.map((row) => row.session_id))
  let otherIncidentsCount = 0
  let elsewhereCount = hits.more
  const elsewhereExamples: string[] = []
  for (const [sessionId, { count, examples }] of hits.bySession)
    if (ofIncidents.has(sessionId)) otherIncidentsCount += count
    else {
      elsewhereCount += count
      elsewhereExamples.push(...examples)
    }
  return {
    ownCount: hits.own,
    otherIncidentsCount,
    elsewhereCount,
    elsewhereExamples: elsewhereExamples.slice(0, EXAMPLES_MAX_COUNT),
  }
}
