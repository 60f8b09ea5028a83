import type { Layer } from '#domain/records/index.ts'
import type { ResolvedCorrelation } from '#sigma/correlation-resolve.ts'
import type { Correlation, CorrelationTest } from '#sigma/correlation.ts'
import { createSequenceEngine } from './engine.ts'

/** A multiple of every usual time span, so that a test's matches start one. */
const START_US = 1_767_571_200_000_000

/** What a test must know of a base rule it names. */
type NamedRule = { id: string; layers: readonly Layer[] }

/**
 * Whether a correlation fires on the matches of one of its own tests. All `correlations` run, so
 * that chains work; `ruleOf` finds a base rule by the name it has in the test.
 */
export function firesOnTest(
  correlations: readonly ResolvedCorrelation[],
  tested: Correlation,
  { matches }: CorrelationTest,
  ruleOf: (name: string) => NamedRule | undefined,
): boolean {
  const loud = correlations.map((one) =>
    one.correlation === tested ? { ...one, alerts: true } : one,
  )
  const engine = createSequenceEngine(loud, { horizonUs: 0 })
  const firings = matches.flatMap(({ rule, afterUs, fields }, index) => {
    const base = ruleOf(rule)
    return engine.onMatch({
      tenant_id: 'acme',
      rule_id: base?.id ?? rule,
      layer: base?.layers[0] ?? 'application',
      occurred_at: START_US + afterUs,
      session_id: fields['session_id'] ?? 'session-1',
      agent_id: fields['agent_id'] ?? 'agent-1',
      user_id: fields['user_id'] ?? null,
      server_id: fields['server_id'] ?? null,
      event_id: fields['event_id'] ?? `event-${index}`,
      group_by: { ...fields },
    })
  })
  firings.push(...engine.onWatermark(Infinity))
  return firings.some(({ correlationId }) => correlationId === tested.id)
}
