import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRules } from './load-rules.ts'
import { runRuleTests } from '../../services/detect/trial/rule-tests.ts'
import { aRule } from './a-rule.ts'

const DIRECTORY = join(import.meta.dirname, '../../services/detect/rules')
const pack = loadRules(DIRECTORY)

/** The playbook's twelve categories, and who answers for each. */
const CATEGORIES = [
  { why: 'far more tool calls than usual', rules: ['tool-calls-above-normal', 'autonomous-loop'] },
  {
    why: 'arguments that do not match the request',
    rules: ['instructed-payment', 'instructed-send'],
  },
  {
    why: 'calls after the conversation ended',
    rules: ['call-after-session-end', 'call-long-after-session-end'],
  },
  { why: 'bulk retrieval', rules: ['bulk-retrieval', 'rows-above-normal'] },
  { why: "objects outside the agent's scope", rules: ['object-out-of-scope', 'novel-object'] },
  { why: 'sensitive types', rules: ['sensitive-types-read', 'secrets-in-result'] },
  { why: 'unexpected egress', rules: ['egress-to-bare-address', 'blocked-egress'] },
  { why: 'traffic spikes', rules: ['traffic-spike'] },
  {
    why: 'destinations not on the allowlist',
    rules: ['destination-not-allowed', 'novel-destination'],
  },
  {
    why: 'encoded data in answers',
    rules: ['encoded-data-in-output', 'encoded-text-in-output', 'markdown-image-exfiltration'],
  },
  {
    why: 'calls nobody asked for',
    rules: ['unrequested-deletion', 'unrequested-payment', 'unrequested-grant', 'unrequested-send'],
  },
  {
    why: 'formatting that carries instructions',
    rules: ['injection-seen', 'invisible-text-in-result', 'odd-formatting'],
  },
]

test('every file of the pack is a rule', () => {
  expect(pack.refused).toEqual([])
  expect(pack.rules.length).toBeGreaterThanOrEqual(22)
})

test.for(CATEGORIES)('the pack covers $why', ({ rules }) => {
  const names = new Set(pack.rules.map((rule) => rule.name))
  expect(rules.filter((name) => !names.has(name))).toEqual([])
})

test.for(runRuleTests(pack.rules))('$ruleName: $why', ({ passed, problem }) => {
  expect(problem).toBeUndefined()
  expect(passed).toBe(true)
})

test.for(pack.rules.map((rule) => ({ name: rule.name, rule })))(
  '$name says all that a rule must say',
  ({ rule }) => {
    expect(rule.tests.filter((one) => one.fires).length).toBeGreaterThanOrEqual(1)
    expect(rule.tests.filter((one) => !one.fires).length).toBeGreaterThanOrEqual(1)
    expect(new Set(rule.tests.map((one) => one.why)).size).toBe(rule.tests.length)
    expect(rule.falsepositives.length).toBeGreaterThan(0)
    expect(rule.description).toMatch(/Catches .*Misses /s)
    expect(rule.whyLevel).toBeDefined()
    expect(rule.whatToDo).toBeDefined()
    expect(rule.status).toBe('experimental')
    expect(rule.atlas.length).toBeGreaterThan(0)
    expect(rule.atlas.filter((id) => !/^AML\.T\d{4}(?:\.\d{3})?$/.test(id))).toEqual([])
    expect(rule.owasp.length).toBeGreaterThan(0)
    expect(rule.owasp.filter((id) => !/^(?:MCP|ASI|LLM)(?:0[1-9]|10)$/.test(id))).toEqual([])
  },
)

test('a rule whose test does not hold is found out', () => {
  const tests = [
    { why: 'wrong', event: { action: 'tool_result' }, fires: true },
    { why: 'right', event: { action: 'tool_call' }, fires: true },
    { why: 'no such field', event: { efect: 'pay' }, fires: false },
  ]
  expect(runRuleTests([aRule({ tests })])).toEqual([
    { ruleName: 'a-rule', why: 'wrong', passed: false, problem: undefined },
    { ruleName: 'a-rule', why: 'right', passed: true, problem: undefined },
    {
      ruleName: 'a-rule',
      why: 'no such field',
      passed: false,
      problem: 'an observation has no field "efect"',
    },
  ])
})
