import { describe, expect, test } from 'vitest'

import type { Activity } from '#domain/records/index.ts'
import { aCall, at, elsewhere, late, own, readOnly, restricted } from './restricted-world.ts'

describe('an acknowledgement of a tap', () => {
  const calendarUser = 'agents: { assistant: { servers: [calendar] } }'
  test.for<{ why: string; said: Partial<Activity>; phase: string; permissions?: string }>([
    { why: 'on a server of the incident', said: {}, phase: 'proven' },
    { why: 'on a server nobody of it uses', said: { server_id: 'post' }, phase: 'unproven' },
    {
      why: 'that tells of the agent itself',
      said: { server_id: 'post', agent_id: 'assistant' },
      phase: 'proven',
    },
    {
      why: 'on a server the agent is declared to use',
      said: { server_id: 'calendar' },
      phase: 'proven',
      permissions: calendarUser,
    },
    {
      why: 'on such a server of nobody declared',
      said: { server_id: 'calendar' },
      phase: 'unproven',
    },
  ])('$why: $phase', ({ said, phase: expected, permissions }) => {
    const { world, id, phase } = restricted(readOnly, permissions)
    world.feed(elsewhere({ last_at: at(1), enforcement_ids: [id], ...said }), late)
    expect(phase()?.phase).toBe(expected)
  })

  test('that carries the scope proves it late, after another has said so', () => {
    const { world, id, phase } = restricted(readOnly)
    const said = { enforcement_ids: [id] }
    world.feed(elsewhere({ last_at: at(1), server_id: 'post', ...said }), late)
    expect(phase()?.phase).toBe('unproven')
    world.feed(elsewhere({ last_at: at(70), ...said }), { watermarkUs: at(140) })
    expect(phase()?.phase).toBe('proven')
  })

  test('on any server counts where none of the incident is known', () => {
    const { world, id, phase } = restricted(readOnly, undefined, [])
    world.feed(
      elsewhere({ last_at: at(1), server_id: 'post', agent_id: null, enforcement_ids: [id] }),
      late,
    )
    expect(phase()?.phase).toBe('proven')
  })

  test('that does not carry the scope still shows what goes around it', () => {
    const { world, id, phase } = restricted(readOnly)
    world.feed(
      elsewhere({ last_at: at(1), server_id: 'post', enforcement_ids: [id] }),
      own({ permitted: [aCall()] }),
    )
    expect(phase()?.phase).toBe('ineffective')
  })
})
