import { describe, expect, test } from 'vitest'
import type { LabelledSession, SessionLabels } from '../pack-writer.ts'
import { numbered } from '../pack-writer.ts'
import { delegatedSessions, domainSessions } from './sessions.ts'

const PACKS = [
  { name: 'delegated', set: 'seen', play: delegatedSessions, leastCount: 400, attacks: [0, 0] },
  { name: 'delegated', set: 'unseen', play: delegatedSessions, leastCount: 200, attacks: [0, 0] },
  { name: 'domains', set: 'seen', play: domainSessions, leastCount: 500, attacks: [0.45, 0.6] },
  { name: 'domains', set: 'unseen', play: domainSessions, leastCount: 250, attacks: [0.45, 0.6] },
] as const

describe.each(PACKS)('$name $set', ({ set, play, leastCount, attacks }) => {
  const sessions = play(set)

  test('holds enough sessions, each of its own name', () => {
    expect(sessions.length).toBeGreaterThanOrEqual(leastCount)
    const names = sessions.map(({ labels }) => labels.session.session_id)
    expect(new Set(names).size).toBe(names.length)
  })

  test(`holds a share of attacks from ${attacks[0]} to ${attacks[1]}`, () => {
    const labels = sessions.map((session) => session.labels.session.label)
    const share = labels.filter((label) => label !== 'benign').length / labels.length
    expect(share).toBeGreaterThanOrEqual(attacks[0])
    expect(share).toBeLessThanOrEqual(attacks[1])
  })

  test('comes out the same twice', () => {
    expect(JSON.stringify(play(set))).toBe(JSON.stringify(sessions))
  })

  test('each session is in order and begins and ends as a session does', () => {
    for (const { events } of sessions) {
      const times = events.map(({ occurred_at }) => occurred_at)
      expect(times).toEqual([...times].sort())
      expect(events[0]?.['action']).toBe('session_start')
      expect(events.at(-1)?.['action']).toBe('session_end')
    }
  })

  test('each result answers a call, each labelled event is of its kind', () => {
    expect(sessions.flatMap(disorderOf)).toEqual([])
  })

  test('its collectors count without a hole', () => {
    const lastSequences = new Map<string, number>()
    const holes = numbered(sessions.flatMap(({ events }) => events)).filter((event) => {
      const expected = (lastSequences.get(event.collector_id) ?? 0) + 1
      lastSequences.set(event.collector_id, expected)
      return event['collector_seq'] !== expected
    })
    expect(holes).toEqual([])
  })
})

/** What is wrong with a session's calls and labels; nothing, where all is well. */
function disorderOf({ events, labels }: LabelledSession): string[] {
  const openCalls = new Set<unknown>()
  const wrong: string[] = []
  const actions = new Map(events.map(({ event_id, action }) => [event_id, action]))
  for (const { action, call_id, event_id } of events) {
    if (action === 'tool_call') openCalls.add(call_id)
    if (action === 'tool_result' && !openCalls.delete(call_id)) wrong.push(`${event_id}: no call`)
  }
  if (openCalls.size > 0) wrong.push('a call without a result')
  for (const { event_id, label } of labels.events) {
    const expected = label === 'attacker_action' ? 'tool_call' : 'tool_result'
    if (actions.get(event_id) !== expected) wrong.push(`${event_id}: ${label}`)
  }
  return [...wrong, ...contradictionsOf(labels)]
}

function contradictionsOf(labels: SessionLabels): string[] {
  const wrong: string[] = []
  const kinds = new Set(labels.events.map(({ label }) => label))
  const isFollowed = labels.session.label === 'injection_succeeded'
  if (kinds.has('attacker_action') !== isFollowed) wrong.push('attacker calls without success')
  const isAttack = labels.session.label !== 'benign'
  if (kinds.has('injection_exposed') !== isAttack) wrong.push('exposure without an attack')
  return wrong
}
