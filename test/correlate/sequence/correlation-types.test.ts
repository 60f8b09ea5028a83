import { describe, expect, test } from 'vitest'
import { createSequenceEngine } from '../../../services/correlate/sequence/engine.ts'
import type { SequenceMatch } from '../../../services/correlate/sequence/entry.ts'
import { aMatch, correlationOf } from './a-correlation.ts'

/** `a3 b5` is a hit of rule a at 3 s and one of b at 5 s; `a3=7` carries n: 7. */
const hits = (text: string): SequenceMatch[] =>
  text.split(' ').map((word) => {
    const [, rule = '', seconds = '', value] = /^([a-z])([\d.]+)(?:=(.+))?$/.exec(word) ?? []
    return aMatch(rule, Number(seconds), value === undefined ? {} : { group_by: { n: value } })
  })

/** When a correlation of this block, within 10 s, is told of hits that arrive in this order. */
function holds(block: string, matches: readonly SequenceMatch[]): string {
  const correlations = correlationOf(`timespan: 10s, ${block}`)
  const engine = createSequenceEngine(correlations, { horizonUs: 0 })
  if (matches.some((match) => engine.onMatch(match).length > 0)) return 'at once'
  return engine.onWatermark(Infinity).length > 0 ? 'at the end' : 'never'
}

const CASES = {
  'type: event_count, rules: [a], condition: { gte: 3 }': `
    a1 a2 a3           | at once    | as many as asked
    a1 a2              | never      | one too few
    a3 a1 a2           | at once    | out of order
    a8 a9 a11          | at once    | the window slides over a round time
    a1 a2 a12.5 a3     | at once    | the late one completes an older window`,
  'type: event_count, rules: [a], condition: { gte: 2 }': `
    a1 a10.999999      | at once    | the last just inside
    a1 a11             | never      | the last a time span on`,
  'type: event_count, rules: [a, b], condition: { gt: 2 }': `
    a1 b2 a3           | at once    | more than that, of either rule
    a1 b2              | never      | not more`,
  'type: event_count, rules: [a], condition: { lt: 3 }': `
    a1 a2              | at the end | fewer
    a1 a2 a3           | never      | not fewer
    a1 a10 a10.5       | never      | not fewer in a window that holds them all
    a1 a10 a11         | at the end | not all in one window`,
  'type: event_count, rules: [a], condition: { lte: 2 }': `
    a1 a2              | at the end | as many
    a1 a2 a3           | never      | one more
    a9 a10 a11 a20     | never      | the busy window is still near`,
  'type: event_count, rules: [a], condition: { eq: 2 }': `
    a1 a2              | at the end | exactly
    a1 a2 a3           | never      | one more, though two were seen on the way
    a1                 | never      | one fewer`,
  'type: event_count, rules: [a], condition: { gt: 1, lte: 3 }': `
    a1 a2              | at the end | the least of the range
    a1 a2 a3           | at the end | the most of the range
    a1 a2 a3 a4        | never      | above the range
    a1                 | never      | below the range`,
  'type: event_count, rules: [a], condition: { neq: 2 }': `
    a1                 | at the end | below what it must not be
    a1 a2              | never      | what it must not be
    a1 a2 a3           | at once    | above what it must not be`,
  'type: value_count, rules: [a], condition: { gte: 2, field: n }': `
    a1=x a2=x a3=y     | at once    | as many values
    a1=x a2=x a3=x     | never      | one value often
    a1=x a11=y         | never      | the first value has left
    a1=x a5=x a11=y    | at once    | the first value came again
    a1 a2=y            | never      | a match without a value`,
  'type: value_sum, rules: [a], condition: { gte: 0.3, field: n }': `
    a1=0.1 a2=0.2      | at once    | the sum, though not in binary
    a1=0.1 a2=0.1      | never      | under it
    a1=0.1 a11=0.2     | never      | the first has left
    a1=0.3 a2=-1       | at once    | a negative number is left out
    a1=x               | never      | no number`,
  'type: value_sum, rules: [a], condition: { lt: 3, field: n }': `
    a1=1 a2=1          | at the end | under it
    a1=1 a2=2          | never      | not under it`,
  'type: value_avg, rules: [a], condition: { gte: 2, field: n }': `
    a1=1 a2=3          | at the end | the mean
    a1=1 a2=2.9        | never      | under it
    a1=1 a11=2         | at the end | the first has left`,
  'type: value_avg, rules: [a], condition: { lt: 2, field: n }': `
    a1=1               | at the end | a low mean
    a1=2               | never      | no low mean`,
  'type: value_percentile, rules: [a], condition: { gte: 2, field: n, percentile: 75 }': `
    a1=1 a2=1 a3=2 a4=3 | at the end | the third of four
    a1=1 a2=1 a3=1 a4=9 | never      | the third of four is less`,
  'type: value_percentile, rules: [a], condition: { lte: 1, field: n, percentile: 0 }': `
    a1=2 a2=1          | at the end | the first of all
    a1=2 a2=3          | never      | no first so low`,
  'type: value_median, rules: [a], condition: { eq: 2.5, field: n }': `
    a1=4 a2=1          | at the end | between the middle two
    a1=2.5 a2=1 a3=7   | at the end | the middle one
    a1=4 a2=2          | never      | another`,
  'type: temporal, rules: [a, b, c]': `
    c1 a2 b3           | at once    | all, in any order
    c1 a2 a3           | never      | one is missing
    c1 a2 b10.999999   | at once    | the last just inside
    c1 a2 b11          | never      | the first has left
    c1 a2 c3 b11       | at once    | the first came again`,
  'type: temporal, rules: [a, b, c], condition: { gte: 2 }': `
    c1 a2              | at once    | two of three
    c1 c2              | never      | one of three, twice`,
  'type: temporal, rules: [a, b, c], condition: { lt: 2 }': `
    c1 c2              | at the end | only one of three
    c1 a2              | never      | two of three`,
  'type: temporal, rules: [a, b, c], condition: a and (b or c)': `
    c1 a2              | at once    | one of the two
    b1 c2              | never      | not the first`,
  'type: temporal, rules: [a, b, c], condition: a and b and not c': `
    a1 b2              | at the end | nothing that must not be
    c1 a2 b3           | never      | it came before
    a1 b2 c10          | never      | it came after
    a1 b2 c11          | at the end | it came after, in no window with all
    c1 a2 b11          | at the end | it came before, in no window with all`,
  'type: temporal_ordered, rules: [a, b, c]': `
    a1 b2 c3           | at once    | all, in order
    b1 a2 c3           | never      | in another order
    c3 a1 b2           | at once    | in order, whatever the arrival
    a1 b1 c3           | never      | two at one time are in no order
    a1 b2 c10.999999   | at once    | the last just inside
    a1 b2 c11          | never      | the first has left
    a1 a2 b3 c11       | at once    | a later first
    a1 b2 a3 c11       | never      | a later first, but after the second`,
  'type: temporal_ordered, rules: [a, b, c], condition: { gte: 2 }': `
    b1 a2 c3           | at once    | two in order, one left out
    c1 b2 a3           | never      | none in order`,
  'type: temporal_ordered, rules: [a, b, c], condition: a and b and not c': `
    a1 b2              | at the end | not followed
    a1 b2 c10.999999   | never      | followed, just inside
    a1 b2 c11          | at the end | followed beyond the window
    c1 a2 b3           | at the end | preceded, which is allowed`,
  'type: temporal_ordered, rules: [a, b, c], condition: a and c and not b': `
    a1 c3              | at the end | nothing in between
    a1 b2 c3           | never      | something in between`,
}

describe.for(Object.entries(CASES))('%s', ([block, table]) => {
  const cases = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([text = '', when = '', why = '']) => ({ text, when, why }))
  test.for(cases)('$text holds $when: $why', ({ text, when }) => {
    expect(holds(block, hits(text))).toBe(when)
  })
})
