import { expect, test } from 'vitest'
import { DULL_OBSERVATION } from '../../../services/detect/pack/dull-records.ts'
import { coverageOf } from '../../../services/detect/trial/coverage.ts'
import { explain } from '../../../services/detect/trial/explanation.ts'
import { aRule } from '../a-rule.ts'

const CALL = { action: 'tool_call' }
const PAY = { effect: 'pay', requested: false, instructed: true }
const call = { action: 'tool_call' }

/** How near a detection comes on an observation: the selection, and the fields to blame. */
function nearness(detection: object, differs: object): unknown {
  const rule = aRule({ detection })
  const subject = { record: { ...DULL_OBSERVATION, ...differs }, statistic: () => null }
  const { fired, near } = explain([rule], 'observation', 'application', subject)
  if (fired.length > 0) return 'fired'
  const [one] = near
  if (one === undefined) return undefined
  const { selection, isWanted, items } = one.miss
  return [selection, isWanted ? 'lacks' : 'has', ...items.map(({ item }) => item.field)]
}

const BOTH = { call: CALL, pay: PAY, condition: 'call and pay' }
const LONE = { pay: PAY, condition: 'pay' }
const FORBIDDEN = { call: CALL, own: { tool_name: 'own' }, condition: 'call and not own' }
const LISTED = {
  call: CALL,
  one: [{ effect: 'pay', requested: false }, { effect: 'send' }],
  condition: 'call and one',
}
const FULLER = { ...FORBIDDEN, call: { ...CALL, layer: 'application' } }
const EITHER = { a_one: { effect: 'pay', rows: 1 }, a_two: { rows: 2 }, condition: '1 of a_*' }
const pay = { effect: 'pay', requested: false, instructed: true }

test.for<{ why: string; detection: object; event: object; near: unknown }>([
  { why: 'all holds', detection: BOTH, event: { ...call, ...pay }, near: 'fired' },
  {
    why: 'one selection lacks one item',
    detection: BOTH,
    event: { ...call, ...pay, instructed: false },
    near: ['pay', 'lacks', 'instructed'],
  },
  {
    why: 'one selection lacks all',
    detection: BOTH,
    event: call,
    near: ['pay', 'lacks', 'effect', 'requested', 'instructed'],
  },
  {
    why: 'the other one lacks',
    detection: BOTH,
    event: { action: 'tool_result', ...pay },
    near: ['call', 'lacks', 'action'],
  },
  { why: 'both lack', detection: BOTH, event: { action: 'tool_result' }, near: undefined },
  {
    why: 'a lone selection lacks one item',
    detection: LONE,
    event: { effect: 'pay', requested: false },
    near: ['pay', 'lacks', 'instructed'],
  },
  { why: 'a lone one lacks two', detection: LONE, event: { effect: 'pay' }, near: undefined },
  {
    why: 'a lone selection of one item',
    detection: { call: CALL, condition: 'call' },
    event: { action: 'tool_result' },
    near: undefined,
  },
  {
    why: 'what is forbidden holds',
    detection: FORBIDDEN,
    event: { ...call, tool_name: 'own' },
    near: ['own', 'has', 'tool_name'],
  },
  {
    why: 'what is forbidden holds, and what is wanted lacks',
    detection: FORBIDDEN,
    event: { action: 'tool_result', tool_name: 'own' },
    near: undefined,
  },
  {
    why: 'of alternatives the one that lacks least, and has most',
    detection: LISTED,
    event: { ...call, effect: 'pay' },
    near: ['one', 'lacks', 'requested'],
  },
  { why: 'either of two', detection: EITHER, event: { rows: 2 }, near: 'fired' },
  {
    why: 'one of two lacks one item',
    detection: EITHER,
    event: { rows: 1 },
    near: ['a_one', 'lacks', 'effect'],
  },
])('$why', ({ detection, event, near }) => {
  expect(nearness(detection, event)).toEqual(near)
})

test('what lacks least is told first, then what holds most, then the gravest', () => {
  const rules = [
    aRule({ detection: BOTH, name: 'far', id: idOf(1), level: 'critical' }),
    aRule({ detection: FORBIDDEN, name: 'low', id: idOf(2), level: 'low' }),
    aRule({ detection: FORBIDDEN, name: 'high', id: idOf(3), level: 'high' }),
    aRule({ detection: FULLER, name: 'fuller', id: idOf(4), level: 'low' }),
  ]
  const record = { ...DULL_OBSERVATION, ...call, tool_name: 'own' }
  const subject = { record, statistic: () => null }
  const { near } = explain(rules, 'observation', 'application', subject)
  expect(near.map(({ rule }) => rule.name)).toEqual(['fuller', 'high', 'low', 'far'])
})

const idOf = (number: number): string => `11111111-1111-4111-8111-00000000000${number}`

test('coverage: how often each alternative of a selection holds in a test', () => {
  const rule = aRule({
    detection: { ...LISTED, own: { tool_name: 'own' }, condition: 'call and one and not own' },
    tests: [
      { why: 'paid', event: { effect: 'pay', requested: false }, fires: true },
      { why: 'asked', event: { effect: 'pay', requested: true }, fires: false },
      { why: 'own', event: { effect: 'pay', requested: false, tool_name: 'own' }, fires: false },
    ],
  })
  expect(coverageOf(rule).map((one) => [one.selection, one.alternative, one.heldCount])).toEqual([
    ['call', 0, 3],
    ['one', 0, 2],
    ['one', 1, 0],
    ['own', 0, 1],
  ])
})
