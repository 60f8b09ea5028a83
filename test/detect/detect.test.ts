import { expect, test } from 'vitest'
import type { Layer } from '#domain/records/index.ts'
import type { StageInput } from '#domain/stage.ts'
import { alertId } from '#domain/ids.ts'
import { topicsReadBy } from '../../services/detect/detect.ts'
import { DULL_EVENTS } from '../../services/detect/pack/dull-records.ts'
import { compileRules } from '../../services/detect/pack/streams.ts'
import { aBaseline, aRule } from './a-rule.ts'
import {
  AT_US,
  CALLS,
  EPOCH,
  EVERYBODY_OBEYS,
  HOUR_US,
  PAYS,
  SAYS,
  aDetector,
  anObservation,
  baseline,
  marker,
  only,
} from './a-detector.ts'

test('an alert says what it claims, of whom, and where the values came from', () => {
  const { judge, tell } = aDetector({ model: EVERYBODY_OBEYS })
  tell(marker(EPOCH - 2))
  const { alerts, keys } = judge(
    anObservation({
      effect: 'pay',
      tool_name: 'transfer',
      call_id: 'call-1',
      trace_id: 'trace-1',
      client_address: '192.0.2.7',
      client_port: 49_576,
      collected_at: AT_US + 5,
      object_names: ['ledger', 'x'.repeat(500)],
      destination_host: 'bank.invalid',
      features: { 'instruction.age_s': 5 },
      instruction_event_ids: ['event-7'],
      argument_origins: {
        'recipient.origin': 'tool_result',
        'recipient.origin_event_id': 'event-5',
        'amount.origin_event_id': 'event-7',
      },
      rows_read: 12,
      bytes_read: 340,
      bytes_out: 56,
      sensitive_types: ['ssn'],
      objects_read: [{ object: 'ledger', rows: 12, bytes: 340, sensitive_types: ['iban'] }],
      destinations: ['bank.invalid'],
    }),
  )
  expect(keys).toEqual(['acme/session-1'])
  expect(alerts).toEqual([
    {
      alert_id: alertId('acme', PAYS.id, PAYS.version, ['event-1']),
      tenant_id: 'acme',
      rule_id: PAYS.id,
      rule_name: 'pays',
      rule_version: PAYS.version,
      kind: 'rule',
      source: null,
      layer: 'application',
      level: 'high',
      occurred_at: AT_US,
      detected_at: AT_US + 5,
      session_id: 'session-1',
      agent_id: 'agent-1',
      user_id: 'user-1',
      server_id: 'server-1',
      call_id: 'call-1',
      trace_id: 'trace-1',
      connection: '192.0.2.7:49576',
      event_ids: ['event-1'],
      title: 'A rule',
      summary: 'Paid',
      claims: ['unrequested', 'production_changed'],
      entities: [
        'agent:agent-1',
        'user:user-1',
        'server:server-1',
        'tool:transfer',
        'destination:bank.invalid',
        'object:ledger',
        `object:${'x'.repeat(200)}`,
      ],
      atlas: ['AML.T0053'],
      owasp: ['ASI02'],
      measures: [],
      origin_event_ids: ['event-7', 'event-5'],
      instruction_event_ids: ['event-7'],
      facts: {
        rows: 12,
        bytes: 340,
        bytes_out: 56,
        objects: [{ object: 'ledger', rows: 12, bytes: 340, sensitive_types: ['iban'] }],
        destinations: ['bank.invalid'],
        sensitive_types: ['iban', 'ssn'],
      },
      baseline_epoch: null,
      evidence: null,
      late: false,
      pack_version: 'pack-1',
      dedup_key: null,
      reasons: [],
      revision: 1,
    },
  ])
})

test('where the model says that a call obeys nobody, its alert names no instruction', () => {
  const { judge, tell } = aDetector()
  tell(marker(EPOCH - 2))
  const { alerts } = judge(
    anObservation({
      effect: 'pay',
      features: { 'instruction.age_s': 5 },
      instruction_event_ids: ['event-7'],
      argument_origins: { 'recipient.origin_event_id': 'event-5' },
    }),
  )
  expect(alerts).toMatchObject([{ instruction_event_ids: [], origin_event_ids: ['event-5'] }])
})

test('entities are bounded', () => {
  const { judge, tell } = aDetector()
  tell(marker(EPOCH))
  const names = Array.from({ length: 40 }, (_, index) => `t${index}`)
  const [alert] = judge(anObservation({ effect: 'pay', object_names: names })).alerts
  expect(alert?.entities).toHaveLength(16)
})

test('a statistic names its measure and the epoch it was judged with', () => {
  const { judge, tell } = aDetector()
  tell(baseline({ epoch: EPOCH - 9 }), baseline({ epoch: EPOCH - 1, median: 99 }), marker(EPOCH))
  const [alert, ...others] = judge(anObservation({ tool_calls: 30, tool_name: 'find' })).alerts
  expect(others).toEqual([])
  expect(alert).toMatchObject({ kind: 'statistic', baseline_epoch: EPOCH - 9 })
  expect(alert?.summary).toBe('30 calls by find')
  expect(alert?.measures).toEqual([
    { name: 'tool_calls', observed: 30, expected: 10, score: (0.6745 * 20) / 2 },
    { name: 'tool_calls.percentile', observed: 30, expected: null, score: null },
    { name: 'tool_calls.basis.agent', observed: 20, expected: null, score: null },
  ])
})

test('a fixed limit is no statistic, though its rule also reads one', () => {
  const { judge, tell } = aDetector()
  tell(marker(EPOCH))
  const [alert] = judge(anObservation({ tool_calls: 50 })).alerts
  expect(alert).toMatchObject({ kind: 'rule', baseline_epoch: null })
  expect(alert?.measures).toEqual([
    { name: 'tool_calls', observed: 50, expected: null, score: null },
  ])
})

test.for([
  {
    why: 'another map of the list',
    detection: {
      either: [{ 'tool_calls|gte': 50 }, { 'tool_calls.robust_z|gt': 99 }],
      condition: 'either',
    },
  },
  {
    why: 'another side of the condition',
    detection: {
      far: { 'tool_calls.robust_z|gt': 3.5 },
      pays: { effect: 'pay' },
      cap: { 'tool_calls|gte': 50 },
      condition: '(far and pays) or cap',
    },
  },
])('a statistic decides nothing where it is $why that holds', ({ detection }) => {
  const { judge, tell } = aDetector(only(aRule({ detection })))
  tell(baseline(), marker(EPOCH))
  const [alert] = judge(anObservation({ tool_calls: 60 })).alerts
  expect(alert).toMatchObject({ kind: 'rule', baseline_epoch: null })
})

test.for([
  { why: 'no word from learn yet', markers: [], verdict: 'held' },
  { why: 'complete up to one epoch short', markers: [EPOCH - 3], verdict: 'held' },
  { why: 'complete up to two epochs before', markers: [EPOCH - 2], verdict: 'taken' },
  { why: 'learn is finished', markers: [Number.MAX_SAFE_INTEGER], verdict: 'taken' },
])('an observation waits for its baselines: $why', ({ markers, verdict }) => {
  const { judge, tell } = aDetector()
  tell(...markers.map(marker))
  expect(judge(anObservation()).verdict).toBe(verdict)
})

test.for([
  { why: 'late', differs: { late: true } },
  { why: 'from a clock that runs ahead', differs: { occurred_at: AT_US + 5 * HOUR_US } },
])('an observation $why does not wait longer', ({ differs }) => {
  const { judge, tell } = aDetector()
  if (!('late' in differs)) tell(marker(EPOCH - 2))
  expect(judge(anObservation({ tool_calls: 60, ...differs })).alerts).toHaveLength(1)
})

test('what is held is not judged, and is judged once it may be', () => {
  const { judge, tell } = aDetector()
  const input = anObservation({ tool_calls: 60 })
  expect(judge(input)).toMatchObject({ verdict: 'held', alerts: [] })
  tell(marker(EPOCH - 2))
  expect(judge(input)).toMatchObject({ verdict: 'taken', alerts: [{ rule_name: 'calls' }] })
})

test('nothing waits where no rule of the stream reads a statistic', () => {
  const { judge } = aDetector(only(PAYS))
  expect(judge(anObservation({ effect: 'pay' })).alerts).toHaveLength(1)
})

test('pinned baselines hold for every event; the summary names their file', () => {
  const pinnedBaselines = { hash: '0123456789abcdef0123', baselines: [aBaseline({ epoch: 9e9 })] }
  const { judge, tell } = aDetector({ pinnedBaselines })
  tell(baseline({ median: 1000 }))
  const [alert] = judge(anObservation({ tool_calls: 30, tool_name: 'find' })).alerts
  expect(alert).toMatchObject({ kind: 'statistic', baseline_epoch: null })
  expect(alert?.summary).toBe('30 calls by find [baselines 0123456789ab]')
})

test('recorded baselines are asked by epoch, and nothing waits', () => {
  const recordedBaselines = [EPOCH - 30, EPOCH - 2, EPOCH].map((epoch) => aBaseline({ epoch }))
  const { judge } = aDetector({ recordedBaselines })
  const [alert] = judge(anObservation({ tool_calls: 30 })).alerts
  expect(alert?.baseline_epoch).toBe(EPOCH - 2)
  expect(aDetector({ recordedBaselines: [] }).judge(anObservation()).verdict).toBe('taken')
})

test('a watermark forgets no baseline that somebody may still ask for', () => {
  const { core, judge, tell } = aDetector()
  tell(baseline({ epoch: EPOCH - 9 }), baseline({ epoch: EPOCH - 2 }), marker(EPOCH))
  core.onWatermark(AT_US, () => {})
  core.onWatermark(Infinity, () => {})
  const [alert] = judge(anObservation({ tool_calls: 30 })).alerts
  expect(alert?.baseline_epoch).toBe(EPOCH - 2)
})

test('alerts of one record go out in the order of rule id, the same each time', () => {
  const { judge, tell } = aDetector()
  tell(marker(EPOCH))
  const input = anObservation({ effect: 'pay', tool_calls: 60 })
  const first = judge(input).alerts
  expect(first.map((alert) => alert.rule_name)).toEqual(['pays', 'calls'])
  expect(judge(input).alerts).toEqual(first)
})

const anAnswer = (output_text: string): StageInput => ({
  topic: 'events.model.v1',
  schema: 'events.model.v1',
  key: 'acme/session-1',
  value: { ...DULL_EVENTS.model, output_text },
})

test('a rule on events reads content, and lets none of it out', () => {
  const { judge } = aDetector()
  const { verdict, alerts } = judge(anAnswer('the secret is 4711'))
  expect(verdict).toBe('taken')
  expect(alerts).toMatchObject([{ rule_name: 'says', layer: 'model', origin_event_ids: [] }])
  expect(JSON.stringify(alerts)).not.toContain('4711')
  expect(judge(anAnswer('nothing')).alerts).toEqual([])
})

test.for([
  { why: 'all layers', layers: 'all' as const, alerts: 2 },
  { why: 'both layers', layers: new Set<Layer>(['application', 'model']), alerts: 2 },
  { why: 'one of them', layers: new Set<Layer>(['model']), alerts: 1 },
  { why: 'neither', layers: new Set<Layer>(['network']), alerts: 0 },
])('a detector of $why judges what is its own', ({ layers, alerts }) => {
  const { judge, tell } = aDetector({ layers })
  tell(marker(EPOCH))
  const inputs = [anObservation({ effect: 'pay' }), anAnswer('secret')]
  expect(inputs.flatMap((input) => judge(input).alerts)).toHaveLength(alerts)
})

test('topics that no rule reads need not be decoded', () => {
  const rules = compileRules([CALLS, PAYS, SAYS])
  expect(topicsReadBy(rules)).toEqual(['events.model.v1', 'observations.v1'])
  expect(topicsReadBy(rules, new Set<Layer>(['data']))).toEqual(['observations.v1'])
  expect(topicsReadBy(compileRules([PAYS]), new Set<Layer>(['data']))).toEqual([])
  expect(topicsReadBy(compileRules([SAYS]))).toEqual(['events.model.v1'])
})

test('a detector keeps no state of its own', () => {
  const { core, judge, tell } = aDetector()
  tell(baseline(), marker(EPOCH))
  judge(anObservation({ effect: 'pay' }))
  expect(core.takeChanges()).toEqual([])
})
