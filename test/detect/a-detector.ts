import { expect } from 'vitest'
import type { Alert, Baseline, Match, Observation } from '#domain/records/index.ts'
import type { StageInput } from '#domain/stage.ts'
import { createDetectCore } from '../../services/detect/detect.ts'
import type { DetectOptions } from '../../services/detect/detect.ts'
import { DULL_OBSERVATION } from '../../services/detect/pack/dull-records.ts'
import { compileRules } from '../../services/detect/pack/streams.ts'
import { readPack } from '../../services/detect/pack/pack.ts'
import type { FollowedModel } from '../../services/detect/model/model-file.ts'
import type { RuleSet } from '../../services/detect/pack/rule-set.ts'
import type { Rule } from '../../services/detect/pack/rule.ts'
import { aBaseline, aRule } from './a-rule.ts'

export const HOUR_US = 3_600_000_000
export const EPOCH = 490_000
export const AT_US = EPOCH * HOUR_US + 60_000_000

export const anObservation = (differs: Partial<Observation> = {}): StageInput => ({
  topic: 'observations.v1',
  schema: 'observations.v1',
  key: 'acme/session-1',
  value: { ...DULL_OBSERVATION, occurred_at: AT_US, collected_at: AT_US, ...differs },
})

export const baseline = (differs: Partial<Baseline> = {}): StageInput => ({
  topic: 'baselines.v1',
  schema: 'baselines.v1',
  key: 'acme/agent-1',
  value: aBaseline({ epoch: EPOCH - 2, ...differs }),
})

export const marker = (epoch: number): StageInput =>
  baseline({ tenant_id: '-', agent_id: '~', measure: '~complete', kind: 'marker', epoch })

export const CALLS = aRule({
  name: 'calls',
  id: '00000000-0000-4000-8000-000000000002',
  detection: {
    far: { 'tool_calls.robust_z|gt': 3.5, 'tool_calls.excess|gte': 10 },
    cap: { 'tool_calls|gte': 50 },
    condition: 'far or cap',
  },
  tocsin: { claims: ['anomaly'], summary: '{tool_calls} calls by {tool_name}' },
})
export const PAYS = aRule({
  name: 'pays',
  id: '00000000-0000-4000-8000-000000000001',
  logsource: { product: 'tocsin', service: 'observation', category: 'application' },
  detection: { pays: { effect: 'pay' }, condition: 'pays' },
  tags: ['atlas.aml.t0053', 'owasp.asi02'],
  level: 'high',
  tocsin: { claims: ['unrequested', 'production_changed'], summary: 'Paid' },
})
export const SAYS = aRule({
  name: 'says',
  id: '00000000-0000-4000-8000-000000000003',
  logsource: { product: 'tocsin', service: 'event', category: 'model' },
  detection: { says: { 'output_text|contains': 'secret' }, condition: 'says' },
})

const NO_HANDLING = { isStaged: false, isSilent: false, feeds: undefined, exceptions: [] }

/** A set of rules that all alert. */
function ruleSetOf(rules: readonly Rule[], differs: Partial<RuleSet> = {}): RuleSet {
  return {
    version: 'pack-1',
    pack: readPack([]),
    rules,
    compiled: compileRules(rules),
    handlingOf: () => NO_HANDLING,
    refused: [],
    ...differs,
  }
}

/** A detector's options: these rules and no others, at any time. */
export function only(...rules: Rule[]): Pick<DetectOptions, 'timeline'> {
  return { timeline: { at: () => ruleSetOf(rules), add: () => {} } }
}

const aModel = (bias: number): FollowedModel => ({
  forest: { bias, members: [] },
  followedMin: 0.5,
  suspectedMin: 0.4,
  packs: [],
})

/** Models by which no call, and each that has met an instruction, follows it. */
const NOBODY_OBEYS = aModel(-10)
export const EVERYBODY_OBEYS = aModel(10)

export function aDetector(differs: Partial<DetectOptions> = {}) {
  const core = createDetectCore({
    ...only(CALLS, PAYS, SAYS),
    layers: 'all',
    epochUs: HOUR_US,
    model: NOBODY_OBEYS,
    ...differs,
  })
  return {
    core,
    tell: (...inputs: StageInput[]) => inputs.forEach((input) => core.onBroadcast?.(input)),
    judge: (input: StageInput) => {
      const alerts: Alert[] = []
      const matches: Match[] = []
      const keys: string[] = []
      const verdict = core.onRecord(input, (output) => {
        expect(['alerts.v1', 'matches.v1']).toContain(output.topic)
        if (output.schema === 'alerts.v1') alerts.push(output.value)
        if (output.schema === 'matches.v1') matches.push(output.value)
        keys.push(output.key)
      })
      return { verdict, alerts, matches, keys }
    },
  }
}
