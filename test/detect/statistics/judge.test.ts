import { expect, test } from 'vitest'
import { ONCE_WEIGHT } from '#domain/baseline-form.ts'
import type { Baseline, Observation } from '#domain/records/index.ts'
import { DULL_OBSERVATION } from '../../../services/detect/pack/dull-records.ts'
import { resolveField } from '../../../services/detect/pack/fields.ts'
import type { Known, KnownBaselines } from '../../../services/detect/statistics/baselines.ts'
import { observationSubject } from '../../../services/detect/statistics/judge.ts'
import { aBaseline } from '../a-rule.ts'

const times = (names: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(names).map(([name, count]) => [name, count * ONCE_WEIGHT]))
const aTable = (measure: string, counts: Baseline['counts']): Baseline =>
  aBaseline({ kind: 'counts', measure, counts })

const BASELINES = [
  aBaseline(),
  aBaseline({ measure: 'tool_name', kind: 'set', last_seen: { find: 0 } }),
  aTable('argument_origin', {
    'send/to': times({ user: 40 }),
    'send/subject': times({ user: 20, model: 20 }),
    'send/body': times({ model: 40 }),
  }),
  aTable('transition', { '5': times({ find: 30 }), '6': times({ send: 10 }) }),
  aTable('effect_after', { '1': times({ read: 30 }), '9': times({ send: 10 }) }),
]

const knownAs =
  (basis: Known['basis']): KnownBaselines =>
  (measure) => {
    const baseline = BASELINES.find((one) => one.measure === measure)
    return baseline === undefined ? undefined : { baseline, basis }
  }

function read(name: string, differs: Partial<Observation>, known: KnownBaselines): unknown {
  const observation = { ...DULL_OBSERVATION, tool_name: 'send', ...differs }
  return resolveField(name, 'observation', ['application']).read(
    observationSubject(observation, known),
  )
}

const ORIGINS = {
  'to.origin': 'tool_result',
  'to.origin_event_id': 'event-7',
  'subject.origin': 'model',
  'body.origin': 'model',
  'cc.origin': 'tool_result',
}

test.for<{ name: string; differs: Partial<Observation>; value: unknown }>([
  { name: 'tool_calls.basis', differs: {}, value: 'agent' },
  { name: 'tool_calls.sessions', differs: {}, value: 20 },
  { name: 'tool_name.basis', differs: {}, value: 'agent' },
  { name: 'errors.basis', differs: {}, value: 'cap' },
  { name: 'errors.sessions', differs: {}, value: null },
  { name: 'to.origin_rarity', differs: { argument_origins: ORIGINS }, value: 0.988 },
  { name: 'to.usual_origin', differs: { argument_origins: ORIGINS }, value: 'user' },
  { name: 'to.usual_share', differs: { argument_origins: ORIGINS }, value: 1 },
  { name: 'cc.origin_rarity', differs: { argument_origins: ORIGINS }, value: null },
  { name: 'bcc.origin_rarity', differs: { argument_origins: ORIGINS }, value: null },
  { name: 'odd_argument.path', differs: { argument_origins: ORIGINS }, value: 'to' },
  { name: 'odd_argument.origin', differs: { argument_origins: ORIGINS }, value: 'tool_result' },
  { name: 'odd_argument.origin_rarity', differs: { argument_origins: ORIGINS }, value: 0.988 },
  { name: 'odd_argument.usual_origin', differs: { argument_origins: ORIGINS }, value: 'user' },
  { name: 'odd_argument.basis', differs: { argument_origins: ORIGINS }, value: 'agent' },
  {
    name: 'odd_argument.path',
    differs: { argument_origins: { 'body.origin': 'user', 'to.origin': 'unknown' } },
    value: null,
  },
  {
    name: 'sequence.surprise',
    differs: { features: { 'sequence.previous_tool': 5 } },
    value: 4.79,
  },
  { name: 'sequence.surprise', differs: {}, value: null },
  { name: 'sequence.basis', differs: {}, value: 'agent' },
  {
    name: 'effect.surprise',
    differs: { effect: 'send', features: { 'request.effects': 1 } },
    value: 4.79,
  },
  { name: 'effect.surprise', differs: { features: { 'request.effects': 1 } }, value: null },
  { name: 'hour_of_week.rarity', differs: {}, value: null },
  { name: 'hour_of_week.basis', differs: {}, value: 'cap' },
])('$name is $value', ({ name, differs, value }) => {
  expect(read(name, differs, knownAs('agent'))).toEqual(value)
})

test('whose sessions it rests on', () => {
  expect(read('tool_calls.basis', {}, knownAs('peers'))).toBe('peers')
})

test.for([
  { name: 'tool_name.surprise' },
  { name: 'tool_calls.rarity' },
  { name: 'odd_argument.robust_z' },
  { name: 'requested.basis' },
])('there is no $name', ({ name }) => {
  expect(() => resolveField(name, 'observation', ['application'])).toThrow('there is no')
})
