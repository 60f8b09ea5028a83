import { expect, test } from 'vitest'

import { measureLines } from '../../../services/cli/measure-words.ts'
import { anAlertRow } from './rows.ts'

test.for([
  {
    why: 'a statistic: what is usual, and what a deviation is',
    kind: 'statistic',
    measure: { name: 'tool_calls', observed: 30, expected: 3.5, score: 17.874 },
    shows:
      'tool calls in the session: 30, usually 3.5' +
      ' (17.87 deviations from the usual; above 3.5 is far)',
  },
  {
    why: 'whose sessions it was compared with',
    kind: 'statistic',
    measure: { name: 'tool_calls.basis.peers', observed: 41, expected: null, score: null },
    shows: 'compared with 41 sessions of agents like this one',
  },
  {
    why: 'that nobody is known',
    kind: 'rule',
    measure: { name: 'tool_calls.basis.cap', observed: 0, expected: null, score: null },
    shows: 'compared with a fixed bound: neither this agent nor its peers are known',
  },
  {
    why: 'a place among sessions',
    kind: 'statistic',
    measure: { name: 'tool_calls.percentile', observed: 99.5, expected: null, score: null },
    shows: 'tool calls in the session: as many or fewer in 99.5 of 100 sessions',
  },
  {
    why: 'bits of surprise',
    kind: 'statistic',
    measure: { name: 'sequence.surprise', observed: 10, expected: null, score: 10 },
    shows: 'this tool after the one before it: expected once in 1024 times',
  },
  {
    why: 'a rare hour',
    kind: 'statistic',
    measure: { name: 'hour_of_week.rarity', observed: 0.971, expected: null, score: 0.971 },
    shows: 'this hour of the week: rarer than 97.1 % of what came before',
  },
  {
    why: 'an origin that is not the usual one',
    kind: 'statistic',
    measure: { name: 'odd_argument.usual_share', observed: 0.9, expected: null, score: 0.9 },
    shows: 'a value from the usual place: in 90 % of earlier calls',
  },
  {
    why: 'a spike among earlier five minutes',
    kind: 'statistic',
    measure: { name: 'bytes_out.tail_share', observed: 0.001, expected: null, score: null },
    shows: 'bytes sent out in five minutes: as far up in 0.1 % of earlier five minutes',
  },
  {
    why: 'a plain bound',
    kind: 'rule',
    measure: { name: 'rows_read', observed: 120_000, expected: null, score: null },
    shows: 'rows read in the session: 120000',
  },
  {
    why: 'a count of a sequence',
    kind: 'sequence',
    measure: { name: 'event_count', observed: 61, expected: 50, score: null },
    shows: '61 events, from 50 on it counts',
  },
  {
    why: 'what was never seen',
    kind: 'statistic',
    measure: { name: 'tool_name.novelty_days', observed: 9999, expected: null, score: 9999 },
    shows: 'tool name: never seen before',
  },
])('a figure is explained: $why', ({ kind, measure, shows }) =>
  expect(measureLines(anAlertRow({ kind, measures: [measure] }))).toEqual([`    ${shows}`]),
)
