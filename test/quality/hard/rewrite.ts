import type { EventLine, LabelledSession, PackEvent } from '../pack-writer.ts'
import type { Candidate } from './candidates.ts'
import { chooserOf } from './choose.ts'
import type { Family } from './fill.ts'
import {
  echoOf,
  withoutEchoes,
  withPassagesReplaced,
  withTextAdded,
  type Echo,
  type Joiner,
} from './splice.ts'

/** The text fields that may say an injected text again. */
const ECHO_FIELDS = ['content', 'output_text', 'error'] as const
/** The same, holding JSON. */
const ECHO_JSON_FIELDS = ['arguments', 'proposed_tool_calls'] as const
/** The fields of derived events that say a content's size again. */
const RESTATED_SIZES = ['bytes', 'bytes_in'] as const
const JOINERS = ['\n', '\n\n', ' '] as const
const LINE_JOINERS = ['\n', '\n\n'] as const

/**
 * The session of a candidate with its injected text in the wording of `family`, its ids as before.
 * Undefined where the family needs a second result and the session has none in time.
 */
export function rewritten(candidate: Candidate, family: Family): LabelledSession | undefined {
  const { session, located, intent } = candidate
  const choose = chooserOf(session.labels.session.session_id, family.name)
  const parts = family.write(intent, choose)
  const isOneLine = parts.every((part) => !part.includes('\n'))
  const joiner: Joiner = isOneLine ? choose(JOINERS) : choose(LINE_JOINERS)
  const exposedIds = exposures(session)
  const isTwice = isExposedTwice(session)
  const needsResult = parts[1] !== undefined && !isTwice
  const addedId = needsResult ? laterResult(session) : undefined
  if (needsResult && addedId === undefined) return undefined
  const passages = [...located.values()].flat().flatMap((place) => place.passages)
  const echo = echoOf(
    passages.flatMap(({ wrapperLines }) => wrapperLines),
    passages.flatMap(({ requestLines }) => requestLines),
    parts.join(' '),
  )
  const events = session.events.map((event): PackEvent => {
    const places = located.get(event.event_id)
    const content = event.content ?? ''
    if (places !== undefined) {
      const second = isTwice && exposedIds.indexOf(event.event_id) % 2 === 1
      const text = (second ? parts[1] : undefined) ?? parts[0]
      return { ...event, content: withPassagesReplaced(content, places, text, joiner) }
    }
    const cleared = event.action === 'user_request' ? event : withoutEchoesInEvent(event, echo)
    return event.event_id === addedId
      ? { ...cleared, content: withTextAdded(cleared.content ?? '', parts[1] ?? '', joiner) }
      : cleared
  })
  const lines = addedId === undefined ? session.labels.events : withExposure(session, addedId)
  return {
    events: sized(session.events, events),
    labels: { session: { ...session.labels.session, attack: family.name }, events: lines },
  }
}

function exposures({ events, labels }: LabelledSession): string[] {
  const exposed = new Set(
    labels.events.flatMap(({ label, event_id }) =>
      label === 'injection_exposed' ? [event_id] : [],
    ),
  )
  return events.flatMap(({ event_id }) => (exposed.has(event_id) ? [event_id] : []))
}

/** Whether a second exposure comes before the attacker acts: nobody follows what was not read. */
function isExposedTwice(session: LabelledSession): boolean {
  const exposed = new Set(exposures(session))
  return beforeTheAction(session).filter(({ event_id }) => exposed.has(event_id)).length > 1
}

/** The next good result behind the first exposure, before the attacker acts. */
function laterResult(session: LabelledSession): string | undefined {
  const [exposedId] = exposures(session)
  const events = beforeTheAction(session)
  const from = events.findIndex(({ event_id }) => event_id === exposedId) + 1
  return events
    .slice(from)
    .find((event) => event.action === 'tool_result' && event['is_error'] === false)?.event_id
}

/** The events before the attacker's first call; all where there is none. */
function beforeTheAction({ events, labels }: LabelledSession): PackEvent[] {
  const actions = new Set(
    labels.events.flatMap(({ label, event_id }) => (label === 'attacker_action' ? [event_id] : [])),
  )
  const action = events.findIndex(({ event_id }) => actions.has(event_id))
  return events.slice(0, action === -1 ? undefined : action)
}

function withExposure({ events, labels }: LabelledSession, addedId: string): EventLine[] {
  const { session_id } = labels.session
  const added: EventLine = { event_id: addedId, session_id, label: 'injection_exposed' }
  const order = new Map(events.map(({ event_id }, index) => [event_id, index]))
  return [...labels.events, added].sort(
    (one, other) => (order.get(one.event_id) ?? 0) - (order.get(other.event_id) ?? 0),
  )
}

function withoutEchoesInEvent(event: PackEvent, echo: Echo): PackEvent {
  const cleared: Record<string, string> = {}
  for (const field of ECHO_FIELDS) {
    const text = event[field]
    if (typeof text === 'string') cleared[field] = String(withoutEchoes(text, echo))
  }
  for (const field of ECHO_JSON_FIELDS) {
    const text = event[field]
    if (typeof text === 'string') cleared[field] = withoutEchoesInJson(text, echo)
  }
  return { ...event, ...cleared }
}

function withoutEchoesInJson(text: string, echo: Echo): string {
  try {
    const parsed: unknown = JSON.parse(text)
    const cleared = JSON.stringify(withoutEchoes(parsed, echo))
    return cleared === JSON.stringify(parsed) ? text : cleared
  } catch {
    return String(withoutEchoes(text, echo))
  }
}

/** The sizes that restate a content follow it, in the result and in what was derived from it. */
function sized(before: readonly PackEvent[], after: readonly PackEvent[]): PackEvent[] {
  const newSizes = new Map<string, number>()
  const key = (event: PackEvent, size: number): string => `${event.call_id} ${size}`
  const resized = after.map((event, index): PackEvent => {
    const old = before[index]
    if (old?.content_bytes === undefined || event.content === old.content) return event
    const contentBytes = Buffer.byteLength(event.content ?? '')
    newSizes.set(key(old, old.content_bytes), contentBytes)
    return { ...event, content_bytes: contentBytes }
  })
  return resized.map((event) => {
    const field = RESTATED_SIZES.find((name) => typeof event[name] === 'number')
    const size = field === undefined ? undefined : newSizes.get(key(event, Number(event[field])))
    return field === undefined || size === undefined ? event : { ...event, [field]: size }
  })
}
