import { expect, test } from 'vitest'

import {
  reviewCsv,
  reviewHtml,
  reviewMarkdown,
  type ReviewFacts,
} from '../../services/respond/review.ts'

const HOSTILE = '`</p><script>alert(1)</script> | [x](http://evil.example) {{title}} \u001b[2J'

const facts = (differs: Partial<ReviewFacts> = {}): ReviewFacts => ({
  incidentId: 'incident-1',
  severity: 'high',
  reasons: ['instruction_followed: a rule'],
  title: 'A rule',
  status: 'contained',
  playbook: 'high 1',
  clocks: {
    first_attack: '2026-01-05T08:00:00.000000Z',
    detected: '2026-01-05T08:00:02.000000Z',
    triaged: '2026-01-05T08:00:02.000000Z',
    preserved: '2026-01-05T08:00:02.000000Z',
    contained: '2026-01-05T08:00:02.500000Z',
    eradicated: null,
    recovered: null,
    closed: null,
  },
  events: [],
  alerts: [
    { at: '2026-01-05T08:00:01Z', level: 'low', rule: 'A quiet rule', title: '' },
    { at: '2026-01-05T08:00:02Z', level: 'high', rule: 'A loud rule', title: '' },
  ],
  actions: [
    {
      at: '2026-01-05T08:00:02Z',
      phase: 'proven',
      what: 'enforcement refuse',
      why: 'w',
      outcome: '',
    },
    {
      at: '2026-01-05T08:00:03Z',
      phase: 'failed',
      what: 'notify legal',
      why: 'w',
      outcome: 'mail',
    },
  ],
  escalations: [],
  decisions: [],
  vectors: [],
  dataTouched: [],
  destinations: [],
  filter: { isKnown: false, why: 'no text is known through which it came in' },
  ...differs,
})

test('how long each phase took stands there, and what is missing', () => {
  const text = reviewMarkdown(facts())
  expect(text).toContain('to detect: `2.0 s`')
  expect(text).toContain('to contain: `0.5 s`')
  expect(text).toContain('- not recovered yet')
})

test('what worked and what did not are told apart', () => {
  const text = reviewMarkdown(facts())
  const worked = text.slice(text.indexOf('## What worked'), text.indexOf('## What did not'))
  expect(worked).toContain('`enforcement refuse` proven')
  expect(worked).not.toContain('notify legal')
})

test('the rule that fired first, too quietly, is proposed for a change', () => {
  expect(reviewMarkdown(facts())).toContain('- [ ] Rules: `A quiet rule` fired first')
})

const trial = {
  isKnown: true,
  rule: 'quarantined-text-1',
  since: '2025-12-06T00:00:00.000000Z',
  until: '2026-01-06T08:00:00.000000Z',
  eventsCount: 4_200,
  ownCount: 2,
  otherIncidentsCount: 1,
  elsewhereCount: 0,
  elsewhereExamples: [],
} as const

test('what the drafted filter would have found stands there, with its period', () => {
  const filter = { ...trial, elsewhereCount: 3, elsewhereExamples: ['mail-7'] }
  const text = reviewMarkdown(facts({ filter }))
  expect(text).toContain(
    '`quarantined-text-1`, tried on the `4200` application events kept from' +
      ' `2025-12-06T00:00:00.000000Z` to `2026-01-06T08:00:00.000000Z`',
  )
  expect(text).toContain('in this incident: `2 hits`')
  expect(text).toContain('in sessions of other incidents: `1 hit`')
  expect(text).toContain('each a new alert: `3 hits`, such as `mail-7`')
})

test.for([
  { why: 'it finds this incident alone', filter: trial, says: ': stage it' },
  {
    why: 'it finds more',
    filter: { ...trial, elsewhereCount: 1 },
    says: ': look at what it finds elsewhere, then stage it',
  },
  {
    why: 'it does not find this incident',
    filter: { ...trial, ownCount: 0 },
    says: 'does not find this incident: look why',
  },
  {
    why: 'it could not be tried',
    filter: { isKnown: false, why: 'too many events' } as const,
    says: 'not tried yet: backtest it first',
  },
])('the proposal for the filter where $why: $says', ({ filter, says }) => {
  const text = reviewMarkdown(facts({ filter, vectors: ['a mail'] }))
  expect(text.split('\n').filter((line) => line.startsWith('- [ ] Rules: '))[1]).toContain(says)
})

test('why the filter was not tried is said', () => {
  expect(reviewMarkdown(facts())).toContain(
    'not tried: `no text is known through which it came in`',
  )
})

test('hostile text is text in Markdown, HTML and CSV', () => {
  const hostile = facts({
    title: HOSTILE,
    escalations: [HOSTILE],
    events: [{ at: 'now', what: HOSTILE, detail: '=cmd()', evidence: HOSTILE }],
  })
  const markdown = reviewMarkdown(hostile)
  expect(markdown).not.toMatch(/<script|\{\{/)
  expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  const rows = markdown.split('\n').filter((line) => line.startsWith('| `now`'))
  expect(rows.map((row) => row.split('|'))).toEqual([expect.objectContaining({ length: 6 })])
  const html = reviewHtml(hostile)
  expect(html.match(/<script|<a |<img/g)).toBeNull()
  expect(html).toContain("default-src 'none'")
  expect(reviewCsv(hostile)).toContain(`"'=cmd()"`)
})
