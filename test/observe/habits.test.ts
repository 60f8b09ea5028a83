import { expect, test } from 'vitest'

import type { FinishedSession, Observation } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { anEvent, START_US } from '../support/records.ts'
import { habitsOf } from '../../services/observe/habits.ts'
import { anObserveCore, application, inputOf, network, type LayerEvent } from './events.ts'

const at = (seconds: number): { occurred_at: number; collected_at: number } => {
  const timeUs = START_US + seconds * SECOND_US
  return { occurred_at: timeUs, collected_at: timeUs }
}

function seen(events: readonly LayerEvent[]): {
  observations: Observation[]
  session: FinishedSession | undefined
} {
  const core = anObserveCore({ inactivityGapUs: 3600 * SECOND_US })
  const observations: Observation[] = []
  let session: FinishedSession | undefined
  const keep: Parameters<typeof core.onRecord>[1] = (output) => {
    if (output.schema === 'observations.v1') observations.push(output.value)
    if (output.schema === 'sessions.v1') session = output.value
  }
  events.forEach((event) => core.onRecord(inputOf(event), keep))
  core.onWatermark(Infinity, keep)
  return { observations, session }
}

const REQUEST = application({
  action: 'user_request',
  content: 'Send the report to ann@acme.example',
  event_id: 'e-0',
  ...at(0),
})
const sending = (seconds: number, recipient: string): LayerEvent =>
  application({
    event_id: `e-${seconds}`,
    tool_name: 'send/mail',
    arguments: JSON.stringify({ recipient }),
    ...at(seconds),
  })

test('a session counts origins, orders, effects after requests, and the hour of the week', () => {
  const events = [REQUEST, sending(1, 'ann@acme.example'), sending(2, 'bob@evil.example')]
  const { counts, dropped_count } = seen(events).session ?? {}
  const asked = Object.keys(counts?.['effect_after'] ?? {})
  expect(counts?.['argument_origin']).toEqual({
    'send%2Fmail/recipient/model': 1,
    'send%2Fmail/recipient/user': 1,
  })
  const orders = Object.entries(counts?.['transition'] ?? {})
  expect(orders).toEqual([
    ['0/send%2Fmail', 1],
    [expect.stringMatching(/^[1-9]\d+\/send%2Fmail$/), 1],
  ])
  expect(asked).toEqual([expect.stringMatching(/^\d+\/send$/)])
  expect(counts?.['hour_of_week']).toEqual({ '/8': 1 })
  expect(dropped_count).toBe(0)
})

test('a call says what it comes after, nothing else does', () => {
  const { observations } = seen([REQUEST, sending(1, 'a@b.example'), sending(2, 'a@b.example')])
  const [request, first, second] = observations.map(({ features }) => features)
  expect(request).not.toHaveProperty('sequence.previous_tool')
  expect(first?.['sequence.previous_tool']).toBe(0)
  expect(second?.['sequence.previous_tool']).toBeGreaterThan(0)
  expect(first?.['request.effects']).toBeGreaterThan(0)
})

test('without a request nothing is known of what was asked', () => {
  const { observations, session } = seen([sending(1, 'a@b.example')])
  expect(observations[0]?.features).not.toHaveProperty('request.effects')
  expect(session?.counts).not.toHaveProperty('effect_after')
})

test('what finds no room is counted', () => {
  const calls = Array.from({ length: 70 }, (_, index) =>
    application({ event_id: `e-${index}`, tool_name: `tool-${index}`, ...at(index) }),
  )
  const { session } = seen(calls)
  expect(Object.keys(session?.counts['transition'] ?? {})).toHaveLength(64)
  // Six names of tools and six of their orders.
  expect(session?.dropped_count).toBe(12)
})

test('each hour of the week counts once, whatever happened in it, on any layer', () => {
  const { session } = seen([network(at(1)), application(at(2)), application(at(3601))])
  expect(session?.counts).toMatchObject({ hour_of_week: { '/8': 1, '/9': 1 } })
})

test('what is no call has an hour and no habits', () => {
  const event = anEvent({ action: 'tool_result' })
  expect(habitsOf(event, { tool_name: 'find', effect: 'read' })).toEqual({ hour_of_week: ['/8'] })
})
