import { compileCompletion } from '../../../services/collect/normalize/complete.ts'
import type { LogEvent, Reading } from '../../../services/collect/normalize/format.ts'
import {
  canonicalJson,
  compileJsonForm,
  type JsonForm,
} from '../../../services/lib/domain/json-form.ts'
import { formatTime } from '../../../services/lib/domain/time.ts'
import { EVENT_TOPICS } from '../../../services/lib/domain/topics.ts'
import { SCHEMAS } from '../an-event.ts'

const REASON = /^[A-Z][A-Z0-9_]+$/
/** A refusal names fields and limits; the words of its record would not fit. */
const DETAIL = /^[\w. -]{0,60}$/
const PLACEMENT = {
  tenantId: 'acme',
  collectorId: 'c1',
  collectorSeq: 1,
  collectedAtUs: 2_000_000_000_000_000,
  place: 'file:1:0',
  owner: { sessionId: 'server:db', sessionBasis: 'server', agentId: null, serverId: 'db' },
} as const
const complete = compileCompletion(SCHEMAS)
const forms = new Map(
  EVENT_TOPICS.map((topic): [string, JsonForm<object>] => [
    topic,
    compileJsonForm(SCHEMAS.get(topic) ?? {}),
  ]),
)

/** What a reading tells, as one line for each event, skip or refusal. */
export function readingLines(reading: Reading): string[] {
  if (reading.ok === 'skipped') return [JSON.stringify({ skip: reading.why })]
  if (!reading.ok) return [JSON.stringify({ reject: reading.reason, detail: reading.detail })]
  return reading.events.map(eventLine)
}

/**
 * What is wrong with a reading, however good its record is: a whole event that its schema would not
 * take as it is, or a reason in words that are not ours.
 */
export function flawsOf(reading: Reading): string[] {
  if (reading.ok === 'skipped') return REASON.test(reading.why) ? [] : [`why: ${reading.why}`]
  if (reading.ok) return reading.events.flatMap(eventFlaws)
  const isOurs = REASON.test(reading.reason) && DETAIL.test(reading.detail)
  return isOurs ? [] : [`refusal: ${reading.reason} ${reading.detail}`]
}

function eventFlaws(read: LogEvent, index: number): string[] {
  const { topic, event } = complete(read, { ...PLACEMENT, index })
  const form = forms.get(topic)
  if (form === undefined) return [`${topic} has no schema`]
  const back = form.fromJson(JSON.parse(JSON.stringify(form.toJson(event))))
  if (!back.ok) return [`${back.field} ${back.reason}`]
  return back.unknownFieldCount > 0 ? ['a field that its schema does not know'] : []
}

function eventLine({ layer, facts, hints }: LogEvent): string {
  const told = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
  const json = { ...Object.fromEntries(told), occurred_at: formatTime(facts.occurred_at), layer }
  return canonicalJson(hints === undefined ? json : { ...json, hints })
}
