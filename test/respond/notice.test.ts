import { expect, test } from 'vitest'

import { inCsv, inHtml, inMarkdown } from '../../services/respond/harmless.ts'
import { renderNotice } from '../../services/respond/notice.ts'
import { anAction } from './actions/an-action.ts'

/** The notice of an incident whose agent has this name. */
const noticeOf = (agent: string) =>
  renderNotice(
    'Agents: {{agents}}\nSeverity: {{severity}}',
    anAction({
      parameters: { agents: JSON.stringify([agent]), severity: 'high' },
    }),
  )

test('terminal escapes do not reach the terminal', () => {
  const { markdown } = noticeOf('\u001b[2J\u001b]0;owned\u0007agent\u202e')
  expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})

test('Markdown stays text: no link, no heading, no mention, no way out of the code span', () => {
  const { markdown } = noticeOf('` [click](http://evil.example) **bold** `\n# Owned <!channel>')
  const [line, ...rest] = markdown.split('\n')
  expect(line).toMatch(/^Agents: `[^`]*`$/)
  expect(rest).toEqual(['Severity: `high`'])
  expect(markdown).not.toContain('<!channel>')
})

test('HTML stays text', () => {
  const { html } = noticeOf('<img src=x onerror=alert(1)>"\'&')
  expect(html).not.toMatch(/<img|<script/)
  expect(inHtml('<a href="x">\'&')).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;')
})

test('a template in a value is not filled in', () => {
  const { markdown } = noticeOf('{{severity}} {{reasons}}')
  expect(markdown.match(/high/g)).toHaveLength(1)
  expect(markdown).not.toContain('{{')
})

test.for(['=1+1', '+1', '-1', '@SUM(A1)', ' =1'])('%j is no formula in CSV', (text) => {
  expect(inCsv(text)).toMatch(/^"'/)
})

test('a quote does not end a CSV cell', () => {
  expect(inCsv('a","=1')).toBe('"a"",""=1"')
})

test('a mail subject holds nothing from the event', () => {
  const action = anAction({ parameters: { severity: 'high\r\nBcc: eve@example.org' } })
  expect(renderNotice('', action).subject).toBe('Tocsin: an incident incident-1')
})

test('what is empty is said to be', () => {
  expect(inMarkdown('  ')).toBe('-')
})
