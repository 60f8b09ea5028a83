import assert from 'node:assert/strict'
import { stringify } from 'yaml'
import type { Baseline } from '#domain/records/index.ts'
import { parseRule } from '../../services/detect/pack/parse.ts'
import type { Rule } from '../../services/detect/pack/rule.ts'

/** Text of a dull rule; state only what differs. */
export function ruleText(differs: Record<string, unknown> = {}): string {
  return stringify({
    title: 'A rule',
    name: 'a-rule',
    id: '11111111-1111-4111-8111-111111111111',
    status: 'experimental',
    description: 'Catches something and misses the rest.',
    logsource: { product: 'tocsin', service: 'observation' },
    detection: { call: { action: 'tool_call' }, condition: 'call' },
    level: 'medium',
    tocsin: { claims: ['anomaly'], summary: 'A call' },
    ...differs,
  })
}

/** A dull rule, parsed. */
export function aRule(differs: Record<string, unknown> = {}): Rule {
  const parsed = parseRule('a-rule.yml', ruleText(differs))
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.refused.reason)
  return parsed.rule
}

/** A warm baseline of one number: median 10, MAD 2, quantiles 0 to 100. */
export function aBaseline(differs: Partial<Baseline> = {}): Baseline {
  return {
    tenant_id: 'acme',
    agent_id: 'agent-1',
    measure: 'tool_calls',
    epoch: 0,
    kind: 'number',
    sealed_at: 0,
    samples_count: 20,
    mean: 11,
    median: 10,
    mad: 2,
    quantiles: Array.from({ length: 101 }, (_, percent) => percent),
    last_seen: {},
    revision: 1,
    counts: {},
    evicted_count: 0,
    since_at: null,
    format_version: 2,
    ...differs,
  }
}
