import { isYoung, mergeSamples, sampleKey, type Sample } from './samples.ts'

/** What is known of one agent: samples of closed epochs in order, and those of open ones. */
export type Agent = {
  tenant_id: string
  agent_id: string
  samples: Sample[]
  pending: Map<string, Sample>
  /** Sessions under attack, by what is known so far: kept in case that turns out to be wrong. */
  suspended: Map<string, Sample>
  /** Samples let go because they were too old or too many. */
  droppedCount: number
}

/** Nothing known yet. */
export function newAgent(tenantId: string, agentId: string): Agent {
  return {
    tenant_id: tenantId,
    agent_id: agentId,
    samples: [],
    pending: new Map(),
    suspended: new Map(),
    droppedCount: 0,
  }
}

/** Takes a finished session in; false where it was known. */
export function awaitEpoch(agent: Agent, sample: Sample): boolean {
  const key = sampleKey(sample)
  if (agent.pending.has(key) || agent.suspended.has(key)) return false
  agent.pending.set(key, sample)
  return true
}

/**
 * Closes an epoch that ends at `endUs`: its sessions become samples, but for those under attack;
 * such as were taken for clean before are taken out, and come back once they are cleared. Returns
 * the samples that came or went.
 */
export function closeEpoch(
  agent: Agent,
  endUs: number,
  isTainted: (sessionId: string) => boolean,
): { changed: Sample[]; isChanged: boolean; isHeadChanged: boolean } {
  const isUnderAttack = ({ session_id }: Sample): boolean => isTainted(session_id)
  const due = [...agent.pending.values()].filter((sample) => sample.ended_at < endUs)
  for (const sample of due) agent.pending.delete(sampleKey(sample))
  const before = agent.samples
  const leaving = before.filter(isUnderAttack)
  const left = new Set(leaving)
  const kept = before.filter((sample) => !left.has(sample))
  const suspendedBefore = [...agent.suspended.values()]
  const clean = [...due, ...suspendedBefore].filter((sample) => !isUnderAttack(sample))
  suspend(agent, [...suspendedBefore, ...due, ...leaving].filter(isUnderAttack), endUs)
  const isSuspendedChanged =
    agent.suspended.size !== suspendedBefore.length ||
    suspendedBefore.some((sample) => !agent.suspended.has(sampleKey(sample)))
  const isHeadChanged = due.length > 0 || isSuspendedChanged
  const isChanged = clean.length > 0 || leaving.length > 0
  if (!isChanged) return { changed: [], isChanged, isHeadChanged }
  agent.samples = mergeSamples(kept, clean, endUs)
  agent.droppedCount += kept.length + clean.length - agent.samples.length
  return { changed: difference(before, agent.samples), isChanged, isHeadChanged }
}

/** As many as could count again: the newest, as long as a sample would. */
function suspend(agent: Agent, samples: readonly Sample[], nowUs: number): void {
  const young = mergeSamples([], samples, nowUs)
  agent.suspended = new Map(young.map((sample) => [sampleKey(sample), sample]))
}

/** Whether nothing of an agent counts any more. */
export function isForgotten({ pending, suspended, samples }: Agent, nowUs: number): boolean {
  const newest = samples.at(-1)
  const isWaiting = pending.size > 0 || suspended.size > 0
  return !isWaiting && (newest === undefined || !isYoung(newest, nowUs))
}

function difference(before: readonly Sample[], after: readonly Sample[]): Sample[] {
  const [old, young] = [new Set(before), new Set(after)]
  return [
    ...before.filter((sample) => !young.has(sample)),
    ...after.filter((sample) => !old.has(sample)),
  ]
}
