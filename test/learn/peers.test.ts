import { expect, test } from 'vitest'

import { newAgent, type Agent } from '../../services/learn/agent.ts'
import { peerSamples } from '../../services/learn/peers.ts'
import { SAMPLE_AGE_MAX_US, sampleOf } from '../../services/learn/samples.ts'
import { aSession, START_US } from '../support/records.ts'

/** An agent with so many sessions through these servers, a microsecond apart. */
function anAgent(agentId: string, count: number, servers = ['mail'], fromUs = START_US): Agent {
  const agent = newAgent('acme', agentId)
  agent.samples = Array.from({ length: count }, (_, index) =>
    sampleOf(
      aSession({
        session_id: `${agentId}-${index}`,
        ended_at: fromUs + index,
        server_ids: servers,
      }),
    ),
  )
  return agent
}

const countOf = (agents: readonly Agent[], nowUs = START_US): number =>
  peerSamples(agents, 'mail', nowUs).length

test.for([
  { why: 'all of them', agents: [anAgent('a', 3), anAgent('b', 4)], count: 7 },
  { why: 'no more than fifty of each', agents: [anAgent('a', 51), anAgent('b', 50)], count: 100 },
  {
    why: 'those through the server',
    agents: [anAgent('a', 3, ['wiki', 'mail']), anAgent('b', 4, ['wiki'])],
    count: 3,
  },
  {
    why: 'no more than twenty agents',
    agents: Array.from({ length: 21 }, (_, index) => anAgent(`a-${index}`, 2)),
    count: 40,
  },
])('sessions of a group: $why', ({ agents, count }) => {
  expect(countOf(agents)).toBe(count)
})

test('what is older than two weeks counts no more', () => {
  expect(countOf([anAgent('a', 2)], START_US + SAMPLE_AGE_MAX_US)).toBe(2)
  expect(countOf([anAgent('a', 2)], START_US + SAMPLE_AGE_MAX_US + 1)).toBe(1)
})

test('the agents heard of last stand for the group, in whatever order they are known', () => {
  const agents = Array.from({ length: 21 }, (_, index) =>
    anAgent(`a-${index}`, 1, ['mail'], START_US + index),
  )
  const found = peerSamples(agents, 'mail', START_US + 100)
  expect(found.map(({ session_id }) => session_id)).not.toContain('a-0-0')
  expect(peerSamples(agents.toReversed(), 'mail', START_US + 100)).toEqual(found)
})
