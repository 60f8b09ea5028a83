import { trialLines, trialProposal, type FilterTrial } from './filter-trial.ts'
import { inCsv, inHtml, inMarkdown } from './harmless.ts'

/** One line of what happened: by whom or what, and where it stands in the evidence. */
type ReviewEvent = {
  at: string
  what: string
  detail: string
  evidence: string
}

type ReviewAlert = { at: string; level: string; rule: string; title: string }

type ReviewAction = {
  at: string
  phase: string
  what: string
  why: string
  outcome: string
}

/** What a review is written from: evidence, and nothing else. */
export type ReviewFacts = {
  incidentId: string
  severity: string
  reasons: readonly string[]
  title: string
  status: string
  playbook: string
  clocks: Readonly<Record<Clock, string | null>>
  events: readonly ReviewEvent[]
  alerts: readonly ReviewAlert[]
  actions: readonly ReviewAction[]
  escalations: readonly string[]
  decisions: readonly string[]
  vectors: readonly string[]
  dataTouched: readonly string[]
  destinations: readonly string[]
  /** What the filter that its vector suggests would have found. */
  filter: FilterTrial
}

const CLOCKS = [
  'first_attack',
  'detected',
  'triaged',
  'preserved',
  'contained',
  'eradicated',
  'recovered',
  'closed',
] as const
type Clock = (typeof CLOCKS)[number]

const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
const STYLE = 'body{font:1rem/1.4 sans-serif;max-width:60rem;margin:2rem auto}p{margin:.2rem 0}'
const ENDED_WELL = new Set(['applied', 'proven', 'undone', 'expired'])
const NOT_SO = new Set(['unproven', 'ineffective', 'failed'])

/** A blameless review as Markdown. Every value out of the evidence is a code span. */
export function reviewMarkdown(facts: ReviewFacts): string {
  return [
    `# Review of incident ${inMarkdown(facts.incidentId)}`,
    '',
    `Severity ${inMarkdown(facts.severity)}, status ${inMarkdown(facts.status)}, playbook` +
      ` ${inMarkdown(facts.playbook)}. ${inMarkdown(facts.title)}`,
    '',
    'This review is about what happened and what to change, not about who. It is written from the' +
      ' evidence alone.',
    '',
    ...list(
      'Why this severity',
      facts.reasons.map((one) => inMarkdown(one)),
    ),
    ...list('How long it took', durations(facts.clocks)),
    ...list(
      'How it came in',
      facts.vectors.map((one) => inMarkdown(one)),
    ),
    ...list(
      'Data touched',
      facts.dataTouched.map((one) => inMarkdown(one)),
    ),
    ...list(
      'Where it went',
      facts.destinations.map((one) => inMarkdown(one)),
    ),
    ...list('Which rules fired, and when', ruleLines(facts)),
    ...list('What the drafted filter would have found', trialLines(facts.filter)),
    ...list('What worked', actionLines(facts, ENDED_WELL)),
    ...list('What did not', [
      ...actionLines(facts, NOT_SO),
      ...facts.escalations.map((one) => inMarkdown(one)),
      ...missing(facts.clocks),
    ]),
    ...list(
      'What people decided',
      facts.decisions.map((one) => inMarkdown(one)),
    ),
    ...timeline(facts.events),
    '## Proposed changes',
    '',
    ...proposals(facts).map((one) => `- [ ] ${one}`),
    '',
  ].join('\n')
}

/** The same review as one HTML page without scripts, styles from elsewhere, or markup of others. */
export function reviewHtml(facts: ReviewFacts): string {
  const body = reviewMarkdown(facts)
    .split('\n')
    .map((text) => {
      if (text.startsWith('# ')) return `<h1>${inHtml(text.slice(2))}</h1>`
      if (text.startsWith('## ')) return `<h2>${inHtml(text.slice(3))}</h2>`
      return text === '' ? '' : `<p>${inHtml(text)}</p>`
    })
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><title>Review</title>',
    `<meta http-equiv="content-security-policy" content="${CONTENT_POLICY}">`,
    `<style>${STYLE}</style>`,
    '</head><body>',
    ...body,
    '</body></html>',
    '',
  ].join('\n')
}

/** The timeline as CSV, for a spreadsheet. */
export function reviewCsv(facts: ReviewFacts): string {
  const head = ['time', 'what', 'detail', 'evidence']
  const rows = facts.events.map((one) => [one.at, one.what, one.detail, one.evidence])
  return [head, ...rows].map((row) => `${row.map(inCsv).join(',')}\r\n`).join('')
}

function list(title: string, lines: readonly string[]): string[] {
  const body = lines.length === 0 ? ['- none'] : lines.map((one) => `- ${one}`)
  return [`## ${title}`, '', ...body, '']
}

function durations(clocks: ReviewFacts['clocks']): string[] {
  const lines = [
    between('to detect', clocks.first_attack, clocks.detected),
    between('to triage', clocks.detected, clocks.triaged),
    between('to hold the evidence', clocks.detected, clocks.preserved),
    between('to contain', clocks.detected, clocks.contained),
    between('to eradicate', clocks.detected, clocks.eradicated),
    between('to recover', clocks.detected, clocks.recovered),
    between('to close', clocks.detected, clocks.closed),
  ]
  return lines.filter((one) => one !== undefined)
}

function between(name: string, from: string | null, to: string | null): string | undefined {
  if (from === null || to === null) return undefined
  const tookMs = Date.parse(to) - Date.parse(from)
  return `${name}: ${inMarkdown(`${(tookMs / 1000).toFixed(1)} s`)} (${inMarkdown(to)})`
}

function missing(clocks: ReviewFacts['clocks']): string[] {
  return CLOCKS.filter((clock) => clocks[clock] === null && clock !== 'first_attack').map(
    (clock) => `not ${clock} yet`,
  )
}

/** Each rule once, in the order they first fired: what fired first would have been enough. */
function ruleLines({ alerts }: ReviewFacts): string[] {
  const groups = Map.groupBy(alerts, ({ rule }) => rule)
  return [...groups].map(([rule, fired]) => {
    const [first] = fired
    const often = fired.length === 1 ? '' : `, ${fired.length} times`
    const words = [first?.at ?? '', first?.level ?? '', rule].map((one) => inMarkdown(one))
    return `${words.join(' ')}${often}`
  })
}

function actionLines({ actions }: ReviewFacts, phases: ReadonlySet<string>): string[] {
  return actions
    .filter(({ phase }) => phases.has(phase))
    .map(({ at, phase, what, why, outcome }) => {
      const words = [inMarkdown(at), inMarkdown(what), phase, inMarkdown(why)]
      return outcome === '' ? words.join(' ') : `${words.join(' ')}: ${inMarkdown(outcome)}`
    })
}

function timeline(events: readonly ReviewEvent[]): string[] {
  const rows = events.map(({ at, what, detail, evidence }) =>
    [at, what, detail, evidence].map((one) => inMarkdown(one)).join(' | '),
  )
  const head = ['| time | what | detail | evidence |', '| --- | --- | --- | --- |']
  return ['## Timeline', '', ...head, ...rows.map((row) => `| ${row} |`), '']
}

/** What the evidence itself suggests; people strike out and add. */
function proposals(facts: ReviewFacts): string[] {
  const [first] = facts.alerts
  const isLate = first !== undefined && first.level !== 'high' && first.level !== 'critical'
  return [
    ...(isLate
      ? [`Rules: ${inMarkdown(first.rule)} fired first; should its level be higher?`]
      : []),
    ...facts.escalations.map((one) => `Containment: close the gap behind ${inMarkdown(one)}`),
    ...(facts.vectors.length > 0 ? [trialProposal(facts.filter)] : []),
    ...(facts.dataTouched.length > 0
      ? ['Access: does the agent need every object in "Data touched"?']
      : []),
    ...(facts.destinations.length > 0 ? ['Access: may it send to these destinations at all?'] : []),
    'Training: what should people have seen earlier?',
  ]
}
