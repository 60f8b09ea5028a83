import type { Severity } from '#domain/records/index.ts'
import type { KnownAlert } from './known-alert.ts'

/** How long after a call that followed an instruction an egress still counts as its doing. */
const EGRESS_AFTER_CALL_MAX_US = 60 * 1_000_000

const HARM_CLAIMS = ['data_left', 'production_changed', 'persisted'] as const

/** What the alerts of one incident come to. Lists are sorted and hold each id once. */
export type Verdict = {
  severity: Severity
  reasons: string[]
  attackerEventIds: string[]
  injectionEventIds: string[]
}

/**
 * The severity of contract.md, and nothing else decides it. `critical`: data left, production was
 * changed or something persists, by a call that followed an injection or that nobody requested;
 * `high`: an injected instruction was followed; `moderate`: the rest.
 */
export function judge(alerts: readonly KnownAlert[]): Verdict {
  const own = alerts.filter((alert) => alert.kind !== 'external')
  const followed = own.filter((alert) => alert.claims.includes('instruction_followed'))
  const unrequested = own.filter((alert) => alert.claims.includes('unrequested'))
  const harmful = [...followed, ...unrequested].filter((alert) =>
    HARM_CLAIMS.some((claim) => alert.claims.includes(claim)),
  )
  const egress = own.filter(
    (alert) => alert.claims.includes('egress') && followed.some((call) => isDoingOf(alert, call)),
  )
  const seen = alerts.filter((alert) => alert.claims.includes('injection_seen'))
  return {
    severity: severityOf(harmful.length + egress.length, followed.length),
    reasons: reasonsOf({ followed, harmful, egress, seen, alerts }),
    attackerEventIds: distinct([...followed, ...harmful].flatMap((alert) => alert.event_ids)),
    injectionEventIds: distinct([
      ...followed.flatMap((alert) => alert.instruction_event_ids),
      ...seen.flatMap((alert) => alert.event_ids),
    ]),
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

function isDoingOf(egress: KnownAlert, call: KnownAlert): boolean {
  if (egress.call_id !== null && egress.call_id === call.call_id) return true
  const afterUs = egress.occurred_at - call.occurred_at
  return afterUs >= 0 && afterUs <= EGRESS_AFTER_CALL_MAX_US
}

function reasonsOf(found: {
  followed: readonly KnownAlert[]
  harmful: readonly KnownAlert[]
  egress: readonly KnownAlert[]
  seen: readonly KnownAlert[]
  alerts: readonly KnownAlert[]
}): string[] {
  const reasons = [
    ...found.harmful.flatMap((alert) =>
      HARM_CLAIMS.filter((claim) => alert.claims.includes(claim)).map(
        (claim) => `${claim}: ${alert.title}`,
      ),
    ),
    ...found.egress.map(
      (alert) => `data_left: ${alert.title}, by a call that followed an instruction`,
    ),
    ...found.followed.map((alert) => `instruction_followed: ${alert.title}`),
    ...found.seen.map((alert) => `injection_seen: ${alert.title}`),
  ]
  if (reasons.length > 0) return distinct(reasons)
  return distinct(found.alerts.map((alert) => `anomaly: ${alert.title}`))
}
