import { loadSchemas } from '#adapters/avro/schemas.ts'
import { Fault } from '#domain/fault.ts'
import { compileNormalizer } from '../../collect/normalize/event.ts'
import { orderInput } from '../../collect/ordered-input.ts'
import { openInput } from '../../collect/sources/file.ts'
import { sortedAlerts, sortedIncidents } from '../results.ts'
import { runReplay, type ReplayOutcome, type ReplayRequest } from '../run-replay.ts'
import type { Labels } from './labels.ts'
import { judgeSessions, type JudgedSession } from './measures.ts'

type Running = Pick<ReplayRequest, 'environment' | 'logger' | 'signal' | 'onProgress'>

/**
 * Replays a file of events through the whole pipeline and judges its labelled sessions.
 *
 * @throws Fault of the replay; INPUT_TRUNCATED where the signal stopped it.
 */
export async function judgeFile(
  path: string,
  labels: Labels,
  running: Running,
): Promise<{ sessions: JudgedSession[]; outcome: ReplayOutcome }> {
  const outcome = await runReplay({
    path,
    dataDirectory: undefined,
    prefix: undefined,
    runsStages: true,
    keepsEvidence: false,
    ...running,
  })
  if (outcome.isInterrupted) throw new Fault('INPUT_TRUNCATED', 'Stopped before the end')
  const { findings } = outcome
  const found = { alerts: sortedAlerts(findings), incidents: sortedIncidents(findings) }
  return { sessions: judgeSessions(labels, found, await eventTimes(path, labels)), outcome }
}

/** When the labelled attacker actions happened. */
async function eventTimes(path: string, labels: Labels): Promise<Map<string, number>> {
  const wanted = new Set(labels.events.map((event) => event.event_id))
  const times = new Map<string, number>()
  if (path === '-') return times
  const input = await openInput(path, { standardInput: process.stdin })
  try {
    const normalize = compileNormalizer(loadSchemas())
    const ordered = await orderInput(input, { normalize, sourceName: 'labels' })
    for await (const batch of ordered.batches())
      for (const { event } of batch.events)
        if (wanted.has(event.event_id)) times.set(event.event_id, event.occurred_at)
    return times
  } finally {
    await input.close()
  }
}
