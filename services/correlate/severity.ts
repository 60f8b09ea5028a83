import type { Severity } from '#domain/records/index.ts'
import type { KnownAlert } from './known-alert.ts'

/** How long after a call that followed an instruction an egress still counts as its doing. */
const EGRESS_AFTER_CALL_MAX_US = 60 * 1_000_000

const HARM_CLAIMS = ['data_left', 'production_changed', 'persisted'] as const
/** Claims that a call took along what the session had read in private. */
const CARRYING_CLAIMS = ['data_left', 'private_data_carried'] as const

/** What the alerts of one incident come to. Lists are sorted and hold each id once. */
export type Verdict = {
  severity: Severity
  reasons: string[]
  attackerEventIds: string[]
  /** Those of the attacker's calls that followed an instruction; nobody requested the others. */
  followedEventIds: string[]
  injectionEventIds: string[]
  /** What was harmed, in the order of `HARM_CLAIMS`. */
  harms: readonly (typeof HARM_CLAIMS)[number][]
}

/**
 * The severity of contract.md, and nothing else decides it. `critical`: data left, production was
 * changed or something persists, by a call that followed an injection or that nobody requested;
 * `high`: an injected instruction was followed; `moderate`: the rest. Egress is data that left only
 * where it is the doing of a followed call that carried what was read in private: the destination
 * alone confirms nothing. A look-up that an instruction explains is the attacker's only where
 * another call followed the same: by itself it may be anybody's.
 */
export function judge(alerts: readonly KnownAlert[]): Verdict {
  const own = alerts.filter((alert) => alert.kind !== 'external')
  const followed = own.filter((alert) => alert.claims.includes('instruction_followed'))
  const vector = new Set(followed.flatMap((alert) => alert.instruction_event_ids))
  const reading = own.filter(
    (alert) =>
      alert.claims.includes('reading_followed') &&
      alert.instruction_event_ids.some((eventId) => vector.has(eventId)),
  )
  const unrequested = own.filter((alert) => alert.claims.includes('unrequested'))
  const harmful = [...new Set([...followed, ...unrequested])].filter((alert) =>
    HARM_CLAIMS.some((claim) => alert.claims.includes(claim)),
  )
  const egress = own.filter(
    (alert) => alert.claims.includes('egress') && followed.some((call) => isDoingOf(alert, call)),
  )
  const confirmed = egress.filter((alert) =>
    followed.some((call) => isCarrying(call) && isDoingOf(alert, call)),
  )
  const seen = alerts.filter((alert) => alert.claims.includes('injection_seen'))
  const hasLeft = confirmed.length > 0
  return {
    severity: severityOf(harmful.length + confirmed.length, followed.length),
    reasons: reasonsOf({ followed, harmful, egress, confirmed, seen, alerts }),
    attackerEventIds: distinct(
      [...followed, ...harmful, ...reading].flatMap((alert) => alert.event_ids),
    ),
    followedEventIds: distinct(followed.flatMap((alert) => alert.event_ids)),
    injectionEventIds: distinct([
      ...[...followed, ...harmful].flatMap((alert) => alert.instruction_event_ids),
      ...seen.flatMap((alert) => alert.event_ids),
    ]),
    harms: HARM_CLAIMS.filter(
      (claim) =>
        (claim === 'data_left' && hasLeft) || harmful.some(({ claims }) => claims.includes(claim)),
    ),
  }
}

/** The values of a list, each once, sorted. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

function severityOf(harmCount: number, followedCount: number): Severity {
  if (harmCount > 0) return 'critical'
  return followedCount > 0 ? 'high' : 'moderate'
}

function isCarrying(call: KnownAlert): boolean {
  return CARRYING_CLAIMS.some((claim) => call.claims.includes(claim))
}

/** The call's own egress; else, where no call is named, its server's within a minute after it. */
function isDoingOf(egress: KnownAlert, call: KnownAlert): boolean {
  if (egress.call_id !== null && call.call_id !== null) return egress.call_id === call.call_id
  const isOfAnotherServer =
    egress.server_id !== null && call.server_id !== null && egress.server_id !== call.server_id
  if (isOfAnotherServer) return false
  const afterUs = egress.occurred_at - call.occurred_at
  return afterUs >= 0 && afterUs <= EGRESS_AFTER_CALL_MAX_US
}

function reasonsOf(found: {
  followed: readonly KnownAlert[]
  harmful: readonly KnownAlert[]
  egress: readonly KnownAlert[]
  confirmed: readonly KnownAlert[]
  seen: readonly KnownAlert[]
  alerts: readonly KnownAlert[]
}): string[] {
  const confirmed = new Set(found.confirmed)
  const reasons = [
    ...found.harmful.flatMap((alert) =>
      HARM_CLAIMS.filter((claim) => alert.claims.includes(claim)).map(
        (claim) => `${claim}: ${alert.title}`,
      ),
    ),
    ...found.egress.map((alert) =>
      confirmed.has(alert)
        ? `data_left: ${alert.title}, by a call that followed an instruction`
        : `egress: ${alert.title}, after a followed call; no value read in private was seen in it`,
    ),
    ...found.followed.map((alert) => `instruction_followed: ${alert.title}`),
    ...found.seen.map((alert) => `injection_seen: ${alert.title}`),
  ]
  if (reasons.length > 0) return distinct(reasons)
  return distinct(found.alerts.map((alert) => `anomaly: ${alert.title}`))
}
