import type { AlertRow } from './incident-view.ts'
import { safeText } from './terminal.ts'

type Measure = AlertRow['measures'][number]
type Names = Readonly<Record<string, string>>

const FAR_DEVIATIONS = 3.5
const DECIMALS = 2
const NEVER_SEEN_DAYS = 9999

const NAME_WORDS: Names = {
  tool_calls: 'tool calls in the session',
  repeated_calls: 'times the same call',
  rows_read: 'rows read in the session',
  bytes_read: 'bytes read in the session',
  bytes_out: 'bytes sent out in the session',
  seconds_since_session_end: 'seconds since the conversation ended',
  matches_dropped: 'events not counted for lack of room',
  temporal: 'kinds of events, together',
  temporal_ordered: 'steps, in this order',
  event_count: 'events',
  value_count: 'different values',
  value_sum: 'in sum',
  'sequence.surprise': 'this tool after the one before it',
  'effect.surprise': 'this effect after such a request',
  'hour_of_week.rarity': 'this hour of the week',
  'odd_argument.origin_rarity': 'such a value from there',
  'odd_argument.usual_share': 'a value from the usual place',
}

/** The same of an alert on a series, which counts by five minutes. */
const SERIES_WORDS: Names = {
  calls: 'calls in five minutes',
  rows: 'rows read in five minutes',
  bytes_out: 'bytes sent out in five minutes',
  bytes_in: 'bytes that came back in them',
  destinations: 'destinations in five minutes',
}
const SERIES_ENDING = '.tail_share'

/** Figures that mean nothing without saying what they are of, by how their names end. */
const MEANINGS: readonly { ending: string; say: (words: string, observed: number) => string }[] = [
  { ending: 'novelty_days', say: noveltyWords },
  {
    ending: '.percentile',
    say: (words, observed) => `${words}: as many or fewer in ${figure(observed)} of 100 sessions`,
  },
  {
    ending: '.basis.agent',
    say: (_, observed) => `compared with ${figure(observed)} sessions of this agent`,
  },
  {
    ending: '.basis.peers',
    say: (_, observed) => `compared with ${figure(observed)} sessions of agents like this one`,
  },
  {
    ending: '.basis.cap',
    say: () => 'compared with a fixed bound: neither this agent nor its peers are known',
  },
  {
    ending: '.surprise',
    say: (words, observed) => `${words}: expected once in ${figure(2 ** observed)} times`,
  },
  {
    ending: 'rarity',
    say: (words, observed) => `${words}: rarer than ${percent(observed)} of what came before`,
  },
  {
    ending: 'usual_share',
    say: (words, observed) => `${words}: in ${percent(observed)} of earlier calls`,
  },
  {
    ending: SERIES_ENDING,
    say: (words, observed) => `${words}: as far up in ${percent(observed)} of earlier five minutes`,
  },
  {
    ending: '.of_session',
    say: (words, observed) => `${words}: ${figure(observed)} of it by this session`,
  },
]

/** Each figure an alert was decided by, with what it is compared with. */
export function measureLines({ measures, kind }: AlertRow): string[] {
  const isSeries = measures.some(({ name }) => name.endsWith(SERIES_ENDING))
  const names = isSeries ? SERIES_WORDS : NAME_WORDS
  return measures.map((measure) => `    ${measureWords(measure, kind, names)}`)
}

function measureWords(measure: Measure, kind: string, names: Names): string {
  const { name, observed, expected, score } = measure
  const meaning = MEANINGS.find(({ ending }) => name.endsWith(ending))
  if (meaning !== undefined) return meaning.say(wordsOf(name, meaning.ending, names), observed)
  const words = wordsOf(name, '', names)
  if (kind === 'sequence') {
    const isStepwise = name === 'temporal' || name === 'temporal_ordered'
    const bound = expected === null || isStepwise ? '' : `, from ${figure(expected)} on it counts`
    return `${figure(observed)} ${words}${bound}`
  }
  const usual = expected === null ? '' : `, usually ${figure(expected)}`
  return `${words}: ${figure(observed)}${usual}${scoreWords(score)}`
}

/** The words for a name, or for what stands before its ending. */
function wordsOf(name: string, ending: string, names: Names): string {
  const before = name.slice(0, name.length - ending.length).replace(/\.$/, '')
  return names[name] ?? names[before] ?? safeText(before.replaceAll(/[._]/g, ' '))
}

/** A score is never shown without its meaning. */
function scoreWords(score: number | null): string {
  if (score === null) return ''
  return ` (${figure(score)} deviations from the usual; above ${FAR_DEVIATIONS} is far)`
}

function noveltyWords(words: string, days: number): string {
  return days >= NEVER_SEEN_DAYS
    ? `${words}: never seen before`
    : `${words}: not for ${figure(days)} days`
}

function percent(share: number): string {
  return `${figure(100 * share)} %`
}

function figure(value: number): string {
  return String(Number(value.toFixed(DECIMALS)))
}
