import type { Correlation, CorrelationTest } from '#sigma/correlation.ts'
import { createSequenceEngine } from '../../correlate/sequence/engine.ts'
import type { Pack } from '../../detect/pack.ts'
import type { RuleTestResult } from '../../detect/rule-tests.ts'

const START_US = 1_767_225_600_000_000

/** Runs the tests that stand in correlations, each with all it builds on. */
export function runCorrelationTests(pack: Pack): RuleTestResult[] {
  const known = new Set(pack.resolved.ordered.map(({ correlation }) => correlation))
  return pack.correlations.flatMap((correlation) =>
    correlation.tests.map((one) => {
      const isKnown = known.has(correlation)
      return {
        ruleName: correlation.name ?? correlation.id,
        why: one.why,
        passed: isKnown && fires(pack, correlation, one) === one.fires,
        problem: isKnown ? undefined : 'what it refers to is refused',
      }
    }),
  )
}

/** Whether it fires on the matches of a test, alone among all that is to alert. */
function fires(pack: Pack, correlation: Correlation, { matches }: CorrelationTest): boolean {
  const engine = createSequenceEngine(
    pack.resolved.ordered.map((one) =>
      one.correlation === correlation ? { ...one, alerts: true } : one,
    ),
  )
  const byName = new Map(pack.rules.map(({ rule }) => [rule.name, rule]))
  const firings = matches.flatMap(({ rule, afterUs, fields }, index) => {
    const base = byName.get(rule)
    return engine.onMatch({
      tenant_id: 'acme',
      rule_id: base?.id ?? rule,
      layer: base?.layers[0] ?? 'application',
      occurred_at: START_US + afterUs,
      session_id: fields['session_id'] ?? 'session-1',
      agent_id: fields['agent_id'] ?? null,
      user_id: fields['user_id'] ?? null,
      server_id: fields['server_id'] ?? null,
      event_id: fields['event_id'] ?? `event-${index}`,
      group_by: { ...fields },
    })
  })
  firings.push(...engine.onWatermark(Infinity))
  return firings.some(({ correlationId }) => correlationId === correlation.id)
}
