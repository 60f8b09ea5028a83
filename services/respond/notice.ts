import type { Action } from '#domain/records/index.ts'
import { formatTime } from '#domain/time.ts'
import { inHtml, inMarkdown } from './harmless.ts'

export type Notice = { subject: string; markdown: string; html: string }

const SUBJECT_ID_CHARS = 12

/**
 * A template with an action's values in their places. Values come out of events: each becomes one
 * code span, filled in once, so that none is read as a template, markup or a mention.
 */
export function renderNotice(template: string, action: Action): Notice {
  const { parameters, incident_id, reason } = action
  const value = (name: string): string => parameters[name] ?? ''
  const values: Record<string, string> = {
    incident: inMarkdown(incident_id),
    severity: inMarkdown(value('severity')),
    title: inMarkdown(value('title')),
    why: inMarkdown(reason ?? ''),
    opened: inMarkdown(timeOf(value('opened_at_us'))),
    asked: inMarkdown(formatTime(action.occurred_at)),
    alerts: inMarkdown(value('alerts')),
    scope: inMarkdown(action.scope ?? ''),
  }
  const lists = ['reasons', 'sessions', 'agents', 'users', 'servers', 'destinations', 'data']
  for (const name of lists) values[name] = listOf(value(name))
  const markdown = template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '-')
  const short = incident_id.slice(0, SUBJECT_ID_CHARS)
  const severity = ['moderate', 'high', 'critical'].find((one) => one === value('severity'))
  return {
    subject: `Tocsin: ${severity ?? 'an'} incident ${short}`,
    markdown,
    html: `<pre style="white-space: pre-wrap">${inHtml(markdown)}</pre>`,
  }
}

function listOf(json: string): string {
  try {
    const values: unknown = JSON.parse(json)
    if (!Array.isArray(values) || values.length === 0) return '-'
    return values.map((one) => inMarkdown(String(one))).join(', ')
  } catch {
    return '-'
  }
}

function timeOf(text: string): string {
  return /^\d{1,16}$/.test(text) ? formatTime(Number(text)) : ''
}
