import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { readLabels } from '../../../services/cli/quality/labels.ts'
import type { PackTexts } from './derive.ts'

type Event = { event_id: string; session_id: string } & Record<string, unknown>

const TEXT_FIELDS = ['content', 'arguments', 'output_text', 'proposed_tool_calls'] as const

/** The texts of a labelled pack: its events and its labels, plain or gzipped NDJSON. */
export function packTexts(eventsPath: string, labelsPath: string): PackTexts {
  const { sessions, events: labelled } = readLabels(linesOf(labelsPath))
  const benignSessions = new Set(
    sessions.filter(({ label }) => label === 'benign').map(({ session_id }) => session_id),
  )
  const exposedEvents = new Set(
    labelled.filter(({ label }) => label === 'injection_exposed').map(({ event_id }) => event_id),
  )
  const texts = { exposed: [] as string[], benign: [] as string[], all: [] as string[] }
  for (const line of linesOf(eventsPath)) {
    if (line === '') continue
    const event = JSON.parse(line) as Event
    const own = TEXT_FIELDS.map((name) => event[name]).filter((text) => typeof text === 'string')
    texts.all.push(...own)
    if (benignSessions.has(event.session_id)) texts.benign.push(...own)
    if (exposedEvents.has(event.event_id)) texts.exposed.push(...own)
  }
  return texts
}

function linesOf(path: string): string[] {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
}
