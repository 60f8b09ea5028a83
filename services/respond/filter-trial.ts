import { inMarkdown } from './harmless.ts'

/**
 * How often a drafted filter rule would have fired over the events that are kept, or why that is
 * not known. Times are RFC 3339; `since` is inclusive, `until` is not.
 */
export type FilterTrial =
  | { isKnown: false; why: string }
  | {
      isKnown: true
      rule: string
      since: string
      until: string
      eventsCount: number
      /** Hits in the incident's own events, in sessions of other incidents, and in all others. */
      ownCount: number
      otherIncidentsCount: number
      elsewhereCount: number
      /** Some ids of events outside any incident. */
      elsewhereExamples: readonly string[]
    }

/** What a trial came to, as items of a Markdown list. */
export function trialLines(trial: FilterTrial): string[] {
  if (!trial.isKnown) return [`not tried: ${inMarkdown(trial.why)}`]
  const { rule, since, until, eventsCount, elsewhereExamples } = trial
  const examples = elsewhereExamples.map((one) => inMarkdown(one)).join(', ')
  return [
    `${inMarkdown(rule)}, tried on the ${inMarkdown(String(eventsCount))} application events kept` +
      ` from ${inMarkdown(since)} to ${inMarkdown(until)}`,
    `in this incident: ${times(trial.ownCount)}`,
    `in sessions of other incidents: ${times(trial.otherIncidentsCount)}`,
    `in sessions of no incident, each a new alert: ${times(trial.elsewhereCount)}` +
      (examples === '' ? '' : `, such as ${examples}`),
  ]
}

/** What to do about the filter, in words for a checkbox. */
export function trialProposal(trial: FilterTrial): string {
  if (!trial.isKnown)
    return 'Rules: a filter for the content that came in (not tried yet: backtest it first)'
  const { rule, ownCount, elsewhereCount } = trial
  if (ownCount === 0)
    return `Rules: the drafted filter ${inMarkdown(rule)} does not find this incident: look why`
  const next = elsewhereCount === 0 ? 'stage it' : 'look at what it finds elsewhere, then stage it'
  return `Rules: the drafted filter ${inMarkdown(rule)}: ${next}`
}

function times(count: number): string {
  return inMarkdown(`${count} ${count === 1 ? 'hit' : 'hits'}`)
}
