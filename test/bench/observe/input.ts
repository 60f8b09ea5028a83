import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import type { ApplicationEvent } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { compileNormalizer, type LayerEvent } from '../../../services/collect/normalize/event.ts'
import { anEvent, START_US } from '../../support/records.ts'
import { sharedFile } from '../../support/shared-data.ts'
import { randomFrom, type Random } from '../rules/random.ts'

/** What is measured on: sessions, the events of each in their order. */
export type BenchInput = { name: string; sessions: readonly (readonly LayerEvent[])[] }

const PACK = 'agentdojo/train.events.ndjson.gz'
const SESSIONS_COUNT = 96
const CALLS_COUNT = 6
const RESULT_LENGTHS = [120, 400, 1_500, 6_000, 24_000]
const OPENINGS = ['Please file', 'The depot counted', 'Nobody moved', 'You must check', 'Ask about']
const THINGS =
  `crates pallets ledgers pumps valves rotas berths cranes permits manifests seals gauges
  hoists ropes tarpaulins buoys lamps fenders`.split(/\s+/)
const TAILS = [
  'before noon.',
  'at berth 14, as on 2025-11-03.',
  'and write to quay.office@harbour.example.',
  'for 1,240.50 in all.',
  'under docs/berths/north_quay.md;',
  '- see https://harbour.example/notes?page=7',
]

/** The recorded pack; undefined where it is absent. */
export function recordedInput(): BenchInput | undefined {
  const path = sharedFile(PACK)
  if (path === undefined) return undefined
  const normalize = compileNormalizer(loadSchemas())
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
  const events = lines.flatMap((line): LayerEvent[] => {
    const normalized = line === '' ? undefined : normalize(line)
    return normalized?.ok === true ? [normalized] : []
  })
  const sessions = [...Map.groupBy(events, ({ event }) => event.session_id).values()]
  return { name: 'recorded sessions', sessions }
}

/** Sessions of a harbour office that does not exist, with results from short to long. */
export function writtenInput(): BenchInput {
  const random = randomFrom(1)
  const sessions = Array.from({ length: SESSIONS_COUNT }, (_, index) =>
    sessionOf(`s-${index}`, random),
  )
  return { name: 'written sessions', sessions }
}

function sessionOf(sessionId: string, random: Random): LayerEvent[] {
  const events: LayerEvent[] = []
  const add = (differs: Partial<ApplicationEvent>): void => {
    const occurred_at = START_US + events.length * SECOND_US
    const event_id = `${sessionId}-${events.length}`
    const place = { event_id, session_id: sessionId, occurred_at, collected_at: occurred_at }
    const event = anEvent({ arguments: null, tool_name: null, ...place, ...differs })
    events.push({ topic: 'events.application.v1', layer: 'application', event })
  }
  add({ action: 'user_request', content: textOf(random, 200) })
  for (let call = 0; call < CALLS_COUNT; call += 1) {
    const tool_name = random.pick(['search_notes', 'list_berths', 'send_message', 'update_rota'])
    const named = { tool_name, call_id: `call-${call}` }
    const values = {
      subject: textOf(random, 60),
      berth: random.whole(1, 40),
      to: 'quay@harbour.example',
    }
    add({ ...named, arguments: JSON.stringify(values) })
    add({ ...named, action: 'tool_result', content: textOf(random, random.pick(RESULT_LENGTHS)) })
  }
  add({ action: 'session_end' })
  return events
}

/** Prose with a list, an address, a date and a number here and there. */
function textOf(random: Random, length: number): string {
  const sentences: string[] = []
  for (let written = 0; written < length;) {
    const things = `${random.pick(THINGS)} and ${random.pick(THINGS)}`
    const opening = random.chance(0.1) ? `\n- id: ${random.hex(8)}` : random.pick(OPENINGS)
    const sentence = `${opening} the ${things} ${random.pick(TAILS)}`
    sentences.push(sentence)
    written += sentence.length + 1
  }
  return sentences.join(' ').slice(0, length)
}
