import type { Agent } from './agent.ts'
import { compareSamples, isYoung, type Sample } from './samples.ts'

/** Agents that stand for a group, those heard of last; and sessions each brings in. */
const AGENTS_MAX_COUNT = 20
const SESSIONS_AN_AGENT_MAX_COUNT = 50

/**
 * What the agents of one tenant did that work through the same server: of each the newest sessions,
 * so that one busy agent is not the group.
 */
export function peerSamples(agents: readonly Agent[], serverId: string, nowUs: number): Sample[] {
  const parts = agents.flatMap((agent) => {
    const own = agent.samples.filter(
      (sample) => isYoung(sample, nowUs) && sample.server_ids.includes(serverId),
    )
    const samples = own.slice(-SESSIONS_AN_AGENT_MAX_COUNT)
    const newest = samples.at(-1)
    return newest === undefined ? [] : [{ agentId: agent.agent_id, newest, samples }]
  })
  return parts
    .sort(
      (one, other) =>
        other.newest.ended_at - one.newest.ended_at || (one.agentId < other.agentId ? -1 : 1),
    )
    .slice(0, AGENTS_MAX_COUNT)
    .flatMap(({ samples }) => samples)
    .sort(compareSamples)
}
