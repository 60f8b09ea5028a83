import type { Alert } from '#domain/records/index.ts'
import type { CollectorState } from './collector.ts'
import { externalAlert, type ExternalFinding } from './normalize/external.ts'
import type { Hole } from './sequence.ts'

const SOURCE = 'tocsin-collect'

/** The alert of numbers that a collector has left out: events that are lost, or held back. */
export function holeAlert(state: CollectorState, hole: Hole): Alert {
  const { from, to } = hole
  const count = to - from + 1
  const alert = externalAlert({
    ...aboutCollector(state),
    ruleId: 'collector-sequence-hole',
    level: 'medium',
    title: 'Events of a collector are missing',
    summary: `${count} numbers of its sequence, ${from} to ${to}, never came`,
    findingId: `hole/${state.name.collectorId}/${from}-${to}`,
  })
  const measure = { name: 'missing_events', observed: count, expected: 0, score: null }
  return { ...alert, measures: [measure] }
}

/** The alert of a collector that has fallen silent without saying that it is finished. */
export function lapseAlert(state: CollectorState, silentMs: number): Alert {
  return externalAlert({
    ...aboutCollector(state),
    ruleId: 'collector-lapsed',
    level: 'low',
    title: 'A collector has fallen silent',
    summary: `Nothing has come from it for ${Math.round(silentMs / 1000)} seconds`,
    findingId: `lapsed/${state.name.collectorId}/${state.highestUs}`,
  })
}

function aboutCollector(
  state: CollectorState,
): Pick<
  ExternalFinding,
  'tenantId' | 'source' | 'sessionId' | 'occurredAtUs' | 'entities' | 'eventIds'
> {
  const { tenantId, collectorId } = state.name
  return {
    tenantId,
    source: SOURCE,
    sessionId: `server:${collectorId}`,
    occurredAtUs: Number.isFinite(state.highestUs) ? state.highestUs : state.postedAtMs * 1000,
    entities: [`collector:${collectorId}`],
    eventIds: [],
  }
}
