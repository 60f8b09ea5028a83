import { describe, expect, test } from 'vitest'

import { renderCase, type ActionRow, type CaseRow } from '../../services/cli/response/case-view.ts'
import { custodyLog } from '../../services/cli/response/custody-log.ts'
import { renderIncident } from '../../services/cli/incident-view.ts'
import { renderNotice } from '../../services/respond/notice.ts'
import {
  reviewCsv,
  reviewHtml,
  reviewMarkdown,
  type ReviewFacts,
} from '../../services/respond/review.ts'
import { anAction } from '../respond/actions/an-action.ts'
import { anAlertRow, anIncidentRow, aTimelineRow, someWords } from './incident/rows.ts'

const AT = '2026-01-05T08:00:00.000000Z'
const CLOCKS = {
  first_attack: AT,
  detected: AT,
  triaged: AT,
  preserved: AT,
  contained: AT,
  eradicated: null,
  recovered: null,
  closed: null,
}
/** Colours of ours. */
const COLOUR = /\p{Cc}\[\d{1,2}m/gu
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u
const TEMPLATE = [
  'Title {{title}}, why {{why}}, scope {{scope}}, reasons {{reasons}}, agents {{agents}}',
  'Users {{users}}, sessions {{sessions}}, servers {{servers}}, data {{data}}',
  'Destinations {{destinations}}',
].join('\n')

/** A notice whose every value from an event is this text. */
function noticeOf(text: string): { markdown: string; html: string; subject: string } {
  const list = JSON.stringify([text])
  const parameters = {
    severity: text,
    title: text,
    reasons: list,
    sessions: list,
    agents: list,
    users: list,
    servers: list,
    destinations: list,
    data: list,
  }
  return renderNotice(TEMPLATE, anAction({ reason: text, scope: text, parameters }))
}

/** A review whose every value from an event is this text. */
function factsOf(text: string): ReviewFacts {
  return {
    incidentId: 'incident-1',
    severity: 'high',
    reasons: [text],
    title: text,
    status: 'contained',
    playbook: 'high 1',
    clocks: CLOCKS,
    events: [{ at: AT, what: text, detail: text, evidence: text }],
    alerts: [{ at: AT, level: 'low', rule: text, title: text }],
    actions: [{ at: AT, phase: 'failed', what: text, why: text, outcome: text }],
    escalations: [text],
    decisions: [text],
    vectors: [text],
    dataTouched: [text],
    destinations: [text],
    filter: {
      isKnown: true,
      rule: text,
      since: AT,
      until: AT,
      eventsCount: 1,
      ownCount: 1,
      otherIncidentsCount: 0,
      elsewhereCount: 1,
      elsewhereExamples: [text],
    },
  }
}

function actionOf(text: string): ActionRow {
  return {
    occurred_at: AT,
    action_id: 'action-1',
    kind: 'notify',
    phase: 'applied',
    scope: text,
    step: text,
    restriction: text,
    recipient: text,
    decision: '',
    target: text,
    requested_by: text,
    reason: text,
    outcome: text,
    detail: text,
    expires_at: null,
  }
}

/** What `incident show` prints of an incident whose every text is this one. */
function screenOf(text: string): string {
  const words = { user_id: text, source_principal: text, tool_name: text, server_id: text, text }
  const found: CaseRow = {
    status: 'contained',
    stage: null,
    severity: 'high',
    detected_at: AT,
    triaged_at: null,
    preserved_at: null,
    contained_at: null,
    eradicated_at: null,
    recovered_at: null,
    closed_at: null,
    review_due_at: null,
    playbook: 'high',
    playbook_version: '1',
    blast_radius: [text],
    awaiting: [text],
    containment: [text],
    escalations: [text],
    decisions: [text],
  }
  const incident = anIncidentRow({
    title: text,
    summary: text,
    severity_reasons: [`anomaly: ${text}`],
    tenant_id: text,
    session_ids: [text],
    agent_ids: [text],
    user_ids: [text],
    server_ids: [text],
    destinations: [text],
    related_incident_ids: [text],
    data_touched: [{ object: text, rows: '1', bytes: '1', sensitive_types: [text] }],
    injection_event_ids: ['letter'],
    attacker_event_ids: ['call'],
  })
  const screen = renderIncident({
    incident,
    timeline: [aTimelineRow({ description: text, action: text, session_id: text })],
    alerts: [anAlertRow({ title: text, summary: text, reasons: [text] })],
    words: [
      someWords(words),
      someWords({ ...words, event_id: 'letter', role: 'injection' }),
      someWords({ ...words, event_id: 'call', role: 'attack' }),
    ],
  })
  return `${screen}\n${renderCase(found, [actionOf(text)])}`
}

const custodyOf = (text: string): string =>
  custodyLog([actionOf(text), { ...actionOf(text), kind: 'view' }], {
    exported_at: AT,
    exported_by: text,
    why: text,
  })

/** What is left of Markdown where every code span is taken out. */
const outsideSpans = (markdown: string): string => markdown.replaceAll(/`[^`\n]*`/g, '')

describe('terminal escapes in the text of an event', () => {
  const TEXT = 'a\u001b[2J\u001b]0;owned\u0007b\u009b31mc\u202ed\u2028e\u{e0041}f\r'

  test.for<{ where: string; shown: () => string }>([
    { where: 'a notice', shown: () => Object.values(noticeOf(TEXT)).join('\n') },
    { where: 'the review as Markdown', shown: () => reviewMarkdown(factsOf(TEXT)) },
    { where: 'the review as HTML', shown: () => reviewHtml(factsOf(TEXT)) },
    {
      where: 'the timeline as CSV',
      shown: () => reviewCsv(factsOf(TEXT)).replaceAll('\r\n', '\n'),
    },
    { where: 'incident show', shown: () => screenOf(TEXT) },
    { where: 'the custody log', shown: () => custodyOf(TEXT) },
  ])('reach no terminal through $where', ({ shown }) => {
    const text = shown().replaceAll(COLOUR, '')
    expect(text).toContain('owned')
    expect(text.split('\n').filter((line) => UNSEEN.test(line))).toEqual([])
  })

  test('stand in the custody log as they were, once it is read', () => {
    const [line = ''] = custodyOf(TEXT).split('\n')
    expect(JSON.parse(line)).toMatchObject({ who: TEXT, why: TEXT })
  })
})

describe('Markdown in the text of an event', () => {
  const TEXT =
    '` [evil](http://evil.example) **evil** `` evil\n# evil\n- [x] evil | evil <!channel>'

  test.for([
    { where: 'a notice', shown: () => noticeOf(TEXT).markdown },
    { where: 'the review', shown: () => reviewMarkdown(factsOf(TEXT)) },
  ])('stays inside code spans in $where', ({ shown }) => {
    const markdown = shown()
    expect(markdown).toContain('evil')
    expect(outsideSpans(markdown)).not.toMatch(/evil|`|<!channel>|\[x\]/)
  })
})

describe('HTML in the text of an event', () => {
  const TEXT = '</p></pre><script>alert(1)</script><img src=x onerror="alert(1)">\'&amp;'

  test.for([
    { where: 'a notice', shown: () => noticeOf(TEXT).html },
    { where: 'the review', shown: () => reviewHtml(factsOf(TEXT)) },
  ])('opens and closes no element in $where', ({ shown }) => {
    const html = shown()
    expect(html).toContain('alert(1)')
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name))
    const ours = ['html', 'head', 'meta', 'title', 'style', 'body', 'h1', 'h2', 'p', 'pre']
    expect([...tags].filter((name) => !ours.includes(name ?? ''))).toEqual([])
    expect(html.match(/<pre/g)?.length).toBe(html.match(/<\/pre>/g)?.length)
    expect(html.match(/<p>/g)?.length).toBe(html.match(/<\/p>/g)?.length)
  })
})

describe('a template in the text of an event', () => {
  const TEXT = '{{severity}} {{{title}}} {{users}}'

  test.for([
    { where: 'a notice', shown: () => noticeOf(TEXT).markdown },
    { where: 'the review', shown: () => reviewMarkdown(factsOf(TEXT)) },
  ])('is neither filled in nor left for others to fill in in $where', ({ shown }) => {
    const text = shown()
    expect(text).toContain('severity}}')
    expect(text).not.toContain('{{')
  })
})

describe('a formula in the text of an event', () => {
  test.for(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1', '\uff1d1+1', 'a","=1', 'a\n=1'])(
    '%j is none in the timeline as CSV',
    (text) => {
      const rows = reviewCsv(factsOf(text)).trimEnd().split('\r\n')
      expect(rows).toHaveLength(2)
      const cells = [...(rows[1] ?? '').matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, one]) => one)
      expect(cells).toHaveLength(4)
      expect(cells.filter((one) => /^[\s]*[=+\-@\uff1d]/.test(one ?? ''))).toEqual([])
    },
  )
})
