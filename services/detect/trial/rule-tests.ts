import { DULL_EVENTS, DULL_OBSERVATION } from '../pack/dull-records.ts'
import { compileRules } from '../pack/streams.ts'
import { resolveField } from '../pack/fields.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import type { Asked, Rule, RuleTest, Subject } from '../pack/rule.ts'
import type { Layer } from '#domain/records/index.ts'

/** What became of one test of a rule. */
export type RuleTestResult = {
  ruleName: string
  why: string
  passed: boolean
  /** Why the test could not be run. */
  problem: string | undefined
}

/** Runs the tests that stand in the rules, each on a dull record that differs as it says. */
export function runRuleTests(rules: readonly Rule[]): RuleTestResult[] {
  return rules.flatMap((rule) => rule.tests.map((test) => runTest(rule, test)))
}

function runTest(rule: Rule, test: RuleTest): RuleTestResult {
  const named = { ruleName: rule.name, why: test.why }
  try {
    const layer = layerOf(rule, test)
    const subject = subjectOf(rule, layer, test)
    const stream = compileRules([rule]).streamOf(rule.service, layer)
    const fired = stream.firing(subject).length > 0
    return { ...named, passed: fired === test.fires, problem: undefined }
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    return { ...named, passed: false, problem: refusal.message }
  }
}

function layerOf(rule: Rule, test: RuleTest): Layer {
  const stated = test.event['layer']
  const layer = rule.layers.find((one) => one === stated) ?? rule.layers[0]
  if (layer === undefined) throw new RuleRefusal('the rule has no layer')
  return layer
}

function subjectOf(rule: Rule, layer: Layer, test: RuleTest): Subject {
  const differs = Object.entries(test.event).filter(([name]) => name !== 'layer')
  const fields = differs.map(([name, value]) => ({
    name,
    value,
    field: resolveField(name, rule.service, rule.layers),
  }))
  if (rule.service === 'event') {
    const event = Object.fromEntries(differs)
    return { record: { ...DULL_EVENTS[layer], ...event }, statistic: () => null }
  }
  const statistics = new Map<string, unknown>()
  const origins: Record<string, unknown> = {}
  const features: Record<string, unknown> = {}
  const facts: Record<string, unknown> = {}
  for (const { name, value, field } of fields) {
    if (field.statistic !== undefined) {
      statistics.set(keyOfStatistic(field.statistic), value)
    } else if (Object.hasOwn(DULL_OBSERVATION, name)) facts[name] = value
    else if (name === 'any.origin') facts['origins'] = Array.isArray(value) ? value : [value]
    else if (/\.origin(?:_event_id)?$/.test(name)) origins[name] = value
    else features[name.replace(/^features\./, '')] = value
  }
  const { action } = DULL_EVENTS[layer]
  const maps = { argument_origins: origins, features }
  return {
    record: { ...DULL_OBSERVATION, layer, action, ...maps, ...facts },
    statistic: (asked) => {
      const value = statistics.get(keyOfStatistic(asked))
      return typeof value === 'number' || typeof value === 'string' ? value : null
    },
  }
}

function keyOfStatistic({ measure, of, argument }: Asked): string {
  return JSON.stringify([measure, of, argument])
}
