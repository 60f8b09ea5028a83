import colors from 'picocolors'

import { renderTable, safeText } from '../terminal.ts'

/** A case as the evidence answers it. */
export type CaseRow = {
  status: string
  stage: string | null
  severity: string | null
  detected_at: string
  triaged_at: string | null
  preserved_at: string | null
  contained_at: string | null
  eradicated_at: string | null
  recovered_at: string | null
  closed_at: string | null
  review_due_at: string | null
  playbook: string | null
  playbook_version: string | null
  blast_radius: string[]
  awaiting: string[]
  containment: string[]
  escalations: string[]
  decisions: string[]
}

/** One revision of an action as the evidence answers it. */
export type ActionRow = {
  occurred_at: string
  action_id: string
  kind: string
  phase: string
  scope: string | null
  step: string
  restriction: string
  recipient: string
  decision: string
  target: string
  requested_by: string | null
  reason: string | null
  outcome: string | null
  detail: string | null
  expires_at: string | null
}

const SHOWN_CHARS = 200
/** What people decided or looked at is no action of ours. */
const SAID_ONLY = new Set(['decision', 'view'])
const TIME_CHARS = 19

/** What is being done about an incident, for a person. */
export function renderCase(found: CaseRow | undefined, actions: readonly ActionRow[]): string {
  if (found === undefined) return `${colors.bold('Response')}\n- none: no case is open yet\n`
  const stage = found.stage === null ? '' : `, stage ${found.stage}`
  const playbook = `playbook ${found.playbook ?? '-'} ${found.playbook_version ?? ''}`
  return [
    `${colors.bold('Response')}  ${colors.bold(found.status)}${stage} (${playbook.trim()})`,
    ...clockLines(found),
    '',
    section('What was done', [actionTable(latest(actions))]),
    section('Waits for a person', found.awaiting.map(line)),
    section('To look at', found.escalations.map(line)),
    section('Could reach', found.blast_radius.map(line)),
    section('Decided', found.decisions.map(line)),
  ].join('\n')
}

/** Each action in its newest revision, decisions and views aside, in the order they began. */
export function latest(actions: readonly ActionRow[]): ActionRow[] {
  const found = new Map<string, ActionRow>()
  for (const action of actions) if (!SAID_ONLY.has(action.kind)) found.set(action.action_id, action)
  return [...found.values()]
}

/** What an action is, in words of ours and its scope. */
export function actionWords(action: ActionRow): string {
  const { kind, restriction, scope, recipient } = action
  return [kind, restriction, scope ?? recipient].filter((word) => word !== '').join(' ')
}

function clockLines(found: CaseRow): string[] {
  const clocks: [string, string | null][] = [
    ['detected', found.detected_at],
    ['triaged', found.triaged_at],
    ['evidence held', found.preserved_at],
    ['contained', found.contained_at],
    ['eradicated', found.eradicated_at],
    ['recovered', found.recovered_at],
    ['closed', found.closed_at],
    ['review due', found.review_due_at],
  ]
  return clocks.flatMap(([name, time]) =>
    time === null ? [] : [`- ${name} ${time.slice(0, TIME_CHARS)}`],
  )
}

function actionTable(actions: readonly ActionRow[]): string {
  const rows = actions.map((action) => [
    action.occurred_at.slice(11, TIME_CHARS),
    action.phase,
    actionWords(action),
    action.reason ?? '',
  ])
  const table = renderTable(['time', 'phase', 'what', 'why'], rows)
  return table.replace(/ +$/gm, '')
}

function section(title: string, lines: readonly string[]): string {
  const body = lines.length === 0 ? ['- none'] : lines
  return `${colors.bold(title)}\n${body.join('\n')}\n`
}

function line(text: string): string {
  return `- ${safeText(text, SHOWN_CHARS)}`
}
