import type { TouchedObject } from '#domain/records/index.ts'
import type { KnownAlert } from './known-alert.ts'
import type { Verdict } from './severity.ts'

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical']
const CLAIMS_BY_GRAVITY = ['data_left', 'persisted', 'production_changed', 'instruction_followed']
const NAMES_MAX_COUNT = 3
const NAME_MAX_LENGTH = 80
const HARM_WORDS = {
  data_left: 'what was read in private left',
  production_changed: 'production was changed',
  persisted: 'something was left behind that works on',
} as const satisfies Record<Verdict['harms'][number], string>

/** What a summary is made of. */
export type Told = {
  verdict: Verdict
  alertCount: number
  layers: readonly string[]
  touched: readonly TouchedObject[]
  destinations: readonly string[]
}

/**
 * The title of the alert with the gravest claim; of equals the one of the highest level, then the
 * earliest. What a rule claims weighs more than its level: severity is decided from claims too.
 */
export function titleOf(verdict: Verdict, alerts: readonly KnownAlert[]): string {
  const attackers = new Set(verdict.attackerEventIds)
  const about = alerts.filter((alert) => alert.event_ids.some((eventId) => attackers.has(eventId)))
  const candidates = about.length > 0 ? about : alerts
  const gravest = candidates.reduce((best, alert) =>
    gravityOf(alert) > gravityOf(best) ? alert : best,
  )
  return gravest.title
}

/** Each claim weighs more than all those after it together, and all of them more than a level. */
function gravityOf({ claims, level }: KnownAlert): number {
  const bits = CLAIMS_BY_GRAVITY.map((claim): number => (claims.includes(claim) ? 1 : 0))
  const claimGravity = bits.reduce((sum, bit) => 2 * sum + bit, 0)
  return claimGravity * LEVELS.length + LEVELS.indexOf(level)
}

/** In words, in order: what came in, what followed, the harm, what was touched, where it went. */
export function summaryOf({ verdict, alertCount, layers, touched, destinations }: Told): string {
  const objects = touched.map(touchedWords)
  const parts = [
    cameIn(verdict),
    ...verdict.harms.map((harm) => HARM_WORDS[harm]),
    ...(objects.length === 0 ? [] : [`touched ${someOf(objects)}`]),
    ...(destinations.length === 0 ? [] : [`went to ${someOf(destinations.map(printable))}`]),
    `${counted(alertCount, 'alert')} on ${layers.join(', ')}`,
  ]
  return parts.join('; ')
}

function touchedWords({ object, rows }: TouchedObject): string {
  return `${printable(object)} (${counted(rows, 'row')})`
}

function cameIn({ injectionEventIds, attackerEventIds, followedEventIds }: Verdict): string {
  const unaskedCount = attackerEventIds.length - followedEventIds.length
  const unasked = unaskedCount > 0 ? [`${counted(unaskedCount, 'call')} that nobody asked for`] : []
  const followed = followedEventIds.length
  if (injectionEventIds.length === 0 && followed === 0) {
    return [...unasked, 'no instruction from outside seen'].join('; ')
  }
  const texts = counted(injectionEventIds.length, 'text')
  const calls = followed === 0 ? 'no call followed' : `${counted(followed, 'call')} followed`
  return [`${texts} from outside gave orders`, calls, ...unasked].join('; ')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function someOf(names: readonly string[]): string {
  const rest = names.length - NAMES_MAX_COUNT
  const shown = names.slice(0, NAMES_MAX_COUNT).join(', ')
  return rest > 0 ? `${shown} and ${rest} more` : shown
}

/** Names come from events, so they are hostile text. */
function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, NAME_MAX_LENGTH)
}
