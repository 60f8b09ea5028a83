import { idOf } from '#domain/ids.ts'

const NEEDLE_MAX_CHARS = 160
const NEEDLE_MIN_CHARS = 24
const ID_SHOWN_CHARS = 12

/** A rule as its file holds it; the file must be named for it. */
type DraftedRule = { name: string } & Record<string, unknown>

/**
 * A Sigma rule, to be staged, that finds a quarantined text where it comes in again: with a test
 * that fires and one that must not. Undefined where the text has no line long enough to tell it
 * from others.
 */
export function draftFilter(incidentId: string, content: string): DraftedRule | undefined {
  const needle = needleOf(content)
  if (needle === undefined) return undefined
  const hex = idOf('filter', incidentId, needle)
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  const short = incidentId.slice(0, ID_SHOWN_CHARS)
  return {
    title: `The text of incident ${short} comes in again`,
    name: `quarantined-text-${short}`,
    id: [...parts, hex.slice(20, 32)].join('-'),
    status: 'experimental',
    description: `Catches the text through which incident ${short} came in. Misses other wordings.`,
    logsource: { product: 'tocsin', service: 'event', category: 'application' },
    detection: {
      text: { action: ['tool_result', 'resource_read'], 'content|contains': escaped(needle) },
      condition: 'text',
    },
    level: 'high',
    tags: ['atlas.aml.t0051', 'owasp.asi01'],
    falsepositives: ['Somebody quotes the text to report it'],
    tocsin: {
      claims: ['injection_seen'],
      why_level: 'It has led to an incident before',
      what_to_do: 'Find where it came from this time, and quarantine that too',
      summary: 'A quarantined text in a result of {tool_name}',
      guide: [
        { timeframe: '1d before', field: 'server_id', question: 'Which source brought it?' },
        { timeframe: '1h after', field: 'session_id', question: 'Was it followed?' },
      ],
    },
    tests: [
      trial('the text itself', 'tool_result', needle, true),
      trial('inside a longer text', 'resource_read', `Before it. ${needle} After it.`, true),
      trial('an ordinary text', 'tool_result', 'Nothing of interest today.', false),
      trial('only how it begins', 'tool_result', needle.slice(0, needle.length / 2), false),
    ],
  }
}

function trial(why: string, action: string, content: string, fires: boolean): object {
  return { why, event: { action, content }, fires }
}

/** The longest line, without what is invisible; cut to what is enough to tell it by. */
function needleOf(content: string): string | undefined {
  const lines = content.split(/[\r\n]+|[\p{Cc}\p{Cf}]+/u).map((line) => line.trim())
  const longest = lines.reduce((best, line) => (line.length > best.length ? line : best), '')
  const needle = longest.slice(0, NEEDLE_MAX_CHARS).toWellFormed()
  return needle.length >= NEEDLE_MIN_CHARS ? needle : undefined
}

/** In Sigma `*` and `?` stand for anything, and a backslash takes that away. */
function escaped(text: string): string {
  return text.replace(/[\\*?]/g, '\\$&')
}
