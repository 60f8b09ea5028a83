import { expect, test } from 'vitest'
import { renderSummary } from '../../services/detect/summary.ts'
import { aRule } from './a-rule.ts'

function rendered(summary: string, record: Record<string, unknown>, note?: string): string {
  const rule = aRule({ tocsin: { claims: ['anomaly'], summary } })
  return renderSummary(rule.summary, { record, statistic: () => 4.56789 }, note)
}

test.for([
  { why: 'a word', summary: '{effect}!', record: { effect: 'pay' }, text: 'pay!' },
  { why: 'a number', summary: 'n {rows}', record: { rows: 7 }, text: 'n 7' },
  { why: 'a statistic, rounded', summary: 'z {rows.robust_z}', record: {}, text: 'z 4.57' },
  {
    why: 'a list',
    summary: '{origins}',
    record: { origins: ['user', 'model'] },
    text: 'user, model',
  },
  { why: 'an empty list', summary: '{labels}', record: { labels: [] }, text: 'none' },
  { why: 'nothing', summary: '{tool_name}', record: { tool_name: null }, text: 'unknown' },
  {
    why: 'hostile text',
    summary: '{tool_name}',
    record: { tool_name: 'a\u001b[1m\n\u202eü' },
    text: 'a?[1m???',
  },
  {
    why: 'long text',
    summary: '{tool_name}',
    record: { tool_name: 'x'.repeat(500) },
    text: 'x'.repeat(80),
  },
])('prints $why', ({ summary, record, text }) => {
  expect(rendered(summary, record)).toBe(text)
})

test('is never longer than 200 characters, and keeps its note', () => {
  const summary = '{tool_name} {effect} {action}'
  const long = 'x'.repeat(99)
  const text = rendered(summary, { tool_name: long, effect: long, action: long }, ' [note]')
  expect(text).toHaveLength(200)
  expect(text.endsWith(' [note]')).toBe(true)
})
