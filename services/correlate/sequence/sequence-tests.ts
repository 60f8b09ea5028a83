import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import type { CorrelationTest } from '#sigma/correlation.ts'
import { createSequenceEngine } from './engine.ts'
import type { SequenceMatch } from './entry.ts'

/** A multiple of every usual time span, so that a test's matches start one. */
const START_US = 1_767_571_200_000_000
const DULL = { layer: 'application', session_id: 's-1', agent_id: 'agent-1' } as const

/**
 * The own tests of a correlation that do not hold. `ruleIdOf` gives the id of a base rule as it is
 * written in a test; all `correlations` run, so that chains work.
 */
export function failedSequenceTests(
  correlations: readonly ResolvedCorrelation[],
  correlationId: string,
  ruleIdOf: (reference: string) => string,
): CorrelationTest[] {
  const tested = correlations.find(({ correlation }) => correlation.id === correlationId)
  const loud = correlations.map((one) => (one === tested ? { ...one, alerts: true } : one))
  return (tested?.correlation.tests ?? []).filter((test) => {
    const engine = createSequenceEngine(loud, { horizonUs: 0 })
    const firings = test.matches.flatMap(({ rule, afterUs, fields }, index) =>
      engine.onMatch(matchOf(ruleIdOf(rule), START_US + afterUs, index, fields)),
    )
    firings.push(...engine.onWatermark(Infinity))
    return firings.some((firing) => firing.correlationId === correlationId) !== test.fires
  })
}

function matchOf(
  ruleId: string,
  atUs: number,
  index: number,
  fields: Readonly<Record<string, string>>,
): SequenceMatch {
  return {
    ...DULL,
    tenant_id: 'tenant-1',
    rule_id: ruleId,
    occurred_at: atUs,
    user_id: null,
    server_id: null,
    event_id: `event-${index}`,
    group_by: { ...fields },
  }
}
