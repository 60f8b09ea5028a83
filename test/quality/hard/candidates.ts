import type { LabelledSession, PackEvent } from '../pack-writer.ts'
import { intentOf, type AttackerCall, type Intent } from './intent.ts'
import { locatePassages, requestOf, type Located } from './payload.ts'

/** A session of a pack with the same events as they stand without the benchmark's wrapper. */
export type PackSession = LabelledSession & { plainEvents: PackEvent[] }

/** A session whose injected text is known by place and by what it wants. */
export type Candidate = {
  session: LabelledSession
  /** By event id: the strings of the results that were injected. */
  located: ReadonlyMap<string, Located[]>
  intent: Intent
}

/** Why a session with an exposure cannot be given another wording. */
export type SkipReason = 'payload not located' | 'intent unknown'

/**
 * The sessions that can be given another wording, in the order given: every exposed result is
 * located, and somebody followed the same request somewhere in these sessions.
 */
export function candidatesOf(
  sessions: readonly PackSession[],
  onSkip: (reason: SkipReason) => void = () => undefined,
): Candidate[] {
  const exposed = sessions.filter(({ labels }) =>
    labels.events.some(({ label }) => label === 'injection_exposed'),
  )
  const places = exposed.map((session) => ({ session, located: locatedIn(session) }))
  const found = places.flatMap(({ session, located }) => {
    if (located !== undefined) return [{ session, located, request: requestIn(located) }]
    onSkip('payload not located')
    return []
  })
  const callsByRequest = new Map<string, AttackerCall[]>()
  for (const { session, request } of found) {
    const calls = attackerCalls(session)
    if (calls.length > 0 && !callsByRequest.has(request.key)) callsByRequest.set(request.key, calls)
  }
  return found.flatMap(({ session, located, request }) => {
    const own = attackerCalls(session)
    const calls = own.length > 0 ? own : (callsByRequest.get(request.key) ?? [])
    const intent = intentOf(calls, request.text)
    if (intent !== undefined) return [{ session, located, intent }]
    onSkip('intent unknown')
    return []
  })
}

/** Undefined where an exposed result holds the payload in a form that cannot be found. */
function locatedIn(session: PackSession): Map<string, Located[]> | undefined {
  const located = new Map<string, Located[]>()
  for (const [index, event] of session.events.entries()) {
    const plain = session.plainEvents[index]
    if (event.content === undefined || plain?.content === undefined) continue
    const places = locatePassages(event.content, plain.content)
    if (places.length > 0) located.set(event.event_id, places)
  }
  const isComplete = session.labels.events.every(
    ({ label, event_id }) => label !== 'injection_exposed' || located.has(event_id),
  )
  return isComplete ? located : undefined
}

function requestIn(located: ReadonlyMap<string, Located[]>): { key: string; text: string } {
  const passages = [...located.values()].flat().flatMap((place) => place.passages)
  const keys = passages.map((passage) => requestOf(passage)).sort()
  return {
    key: keys.at(-1) ?? '',
    text: passages.flatMap((passage) => passage.requestLines).join('\n'),
  }
}

function attackerCalls({ events, labels }: LabelledSession): AttackerCall[] {
  const actions = new Set(
    labels.events.flatMap(({ label, event_id }) => (label === 'attacker_action' ? [event_id] : [])),
  )
  return events.flatMap((event) => {
    const tool = event.tool_name
    if (!actions.has(event.event_id) || tool === undefined) return []
    return [{ tool, arguments: argumentsOf(event) }]
  })
}

function argumentsOf(event: PackEvent): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(event.arguments ?? '{}')
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
