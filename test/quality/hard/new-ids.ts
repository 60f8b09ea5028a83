import type { LabelledSession, PackEvent } from '../pack-writer.ts'
import { derivedHex } from './choose.ts'

/** The session under ids that its old ones and `tag` give: of session, events and calls. */
export function underNewIds({ events, labels }: LabelledSession, tag: string): LabelledSession {
  const oldId = labels.session.session_id
  const hex = derivedHex(oldId, tag)
  const session_id = `s-${hex}`
  const eventIds = new Map(
    events.map(({ event_id }, index) => [
      event_id,
      event_id.startsWith(oldId)
        ? event_id.replace(oldId, session_id)
        : `${session_id}-${String(index).padStart(3, '0')}`,
    ]),
  )
  const renewed = (id: string): string => eventIds.get(id) ?? id
  return {
    events: events.map((event) => ({
      ...withNewCallId(event, hex),
      event_id: renewed(event.event_id),
      session_id,
    })),
    labels: {
      session: {
        ...labels.session,
        session_id,
        ...('trace_id' in labels.session && { trace_id: hex }),
        derived_from: labels.session['derived_from'] ?? oldId,
      },
      events: labels.events.map((line) => ({
        ...line,
        event_id: renewed(line.event_id),
        session_id,
      })),
    },
  }
}

function withNewCallId(event: PackEvent, hex: string): PackEvent {
  const renewed = (id: string): string => `call_${derivedHex(id, hex)}`
  const withId = event.call_id === undefined ? event : { ...event, call_id: renewed(event.call_id) }
  const proposed = event['proposed_tool_calls']
  if (typeof proposed !== 'string') return withId
  return {
    ...withId,
    proposed_tool_calls: proposed.replace(
      /("call_id":\s*")([^"]+)(")/g,
      (_, before: string, id: string, after: string) => before + renewed(id) + after,
    ),
  }
}
