import type { FinishedSession } from '#domain/records/index.ts'

/** What one finished session adds to its agent's normal. */
export type Sample = {
  session_id: string
  part: number
  ended_at: number
  measures: Record<string, number>
  sets: Record<string, string[]>
}

/** An agent's samples in the order they count: by end, then session. */
export type AgentSamples = {
  tenant_id: string
  agent_id: string
  samples: Sample[]
  /** Samples cut because an agent may have only so many. */
  droppedCount: number
}

const SAMPLES_MAX_COUNT = 1_000
export const SAMPLE_AGE_MAX_US = 14 * 86_400 * 1_000_000

/** The sample of a finished session. */
export function sampleOf(session: FinishedSession): Sample {
  const { session_id, part, ended_at, measures, sets } = session
  return { session_id, part, ended_at, measures, sets }
}

/** Adds samples; keeps the newest `SAMPLES_MAX_COUNT` not older than 14 days before `nowUs`. */
export function addSamples(agent: AgentSamples, added: readonly Sample[], nowUs: number): void {
  const known = new Set(agent.samples.map(sampleKey))
  const fresh = added.filter((sample) => !known.has(sampleKey(sample)))
  const all = [...agent.samples, ...fresh].sort(compareSamples)
  const young = all.filter((sample) => sample.ended_at >= nowUs - SAMPLE_AGE_MAX_US)
  agent.samples = young.slice(-SAMPLES_MAX_COUNT)
  agent.droppedCount += all.length - agent.samples.length
}

/** Takes out every sample of sessions that turned out to be under attack; returns how many went. */
export function takeOut(agent: AgentSamples, isTainted: (sessionId: string) => boolean): number {
  const before = agent.samples.length
  agent.samples = agent.samples.filter((sample) => !isTainted(sample.session_id))
  return before - agent.samples.length
}

export function compareSamples(one: Sample, other: Sample): number {
  if (one.ended_at !== other.ended_at) return one.ended_at - other.ended_at
  if (one.session_id !== other.session_id) return one.session_id < other.session_id ? -1 : 1
  return one.part - other.part
}

function sampleKey(sample: Sample): string {
  return `${sample.session_id}\0${sample.part}`
}
