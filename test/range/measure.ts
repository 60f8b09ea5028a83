import type { ApplicationEvent } from '#domain/records/index.ts'
import type { AttackRun } from './attack.ts'
import { lastActions, severityOf } from './incidents.ts'
import type { TimedRecord } from './timed-records.ts'

/** What a run of the attack came to; times in milliseconds. */
export type Measured = {
  run: AttackRun
  severity: string | undefined
  /**
   * From the attacker's first call entering the mail server's tap to the first restriction of it in
   * force there, by that tap's clock, which is monotonic. Undefined: it never was.
   */
  containedMs: number | undefined
  /** The same to the restriction in force at the other tap of the session. */
  everywhereMs: number | undefined
  /** How that time is made up, by the log's clock. */
  parts: Record<(typeof PARTS)[number], number> | undefined
  /** Calls that a tap let through after it had said that it restricts. */
  forwardedAfterCount: number
  /** Mails that the tap let through, and mails that the server got. */
  sentCount: number
  receivedCount: number
  /** What became of each restriction and revocation. */
  proofs: { what: string; phase: string }[]
}

/** A long run's log has forgotten the first revisions of incidents and restrictions. */
export const PARTS = ['call to log', 'log to alert', 'alert to restriction in force'] as const

type Event = Extract<TimedRecord, { topic: 'events.application.v1' }>

/** What the log says of each run. */
export function measure(
  runs: readonly AttackRun[],
  records: readonly TimedRecord[],
  received: ReadonlyMap<string, number>,
): Measured[] {
  const events = records.filter((one): one is Event => one.topic === 'events.application.v1')
  const byServer = Map.groupBy(events, ({ value }) => value.server_id)
  return runs.map((run) => {
    const mail = seqOrder(byServer.get(run.mailServerId) ?? [])
    const files = seqOrder(byServer.get(run.filesServerId) ?? [])
    const entered = mail.find(({ value }) => isPermitted(value) && value.tool_name === 'send_mail')
    const [there, elsewhere] = [mail, files].map((one) =>
      one.find(({ value }) => isInForce(value, run)),
    )
    const sinceMs = (event: Event | undefined): number | undefined =>
      event === undefined || entered === undefined
        ? undefined
        : (event.value.occurred_at - entered.value.occurred_at) / 1000
    const containedMs = sinceMs(there)
    const elsewhereMs = sinceMs(elsewhere)
    return {
      run,
      severity: severityOf(run.sessionId, records),
      containedMs,
      everywhereMs:
        containedMs === undefined || elsewhereMs === undefined
          ? undefined
          : Math.max(containedMs, elsewhereMs),
      parts:
        entered === undefined || there === undefined
          ? undefined
          : partsOf(run, records, entered, there),
      forwardedAfterCount: [mail, files].reduce((sum, one) => sum + forwardedAfter(one, run), 0),
      sentCount: mail.filter(({ value }) => isPermitted(value) && value.tool_name === 'send_mail')
        .length,
      receivedCount: received.get(run.sessionId) ?? 0,
      proofs: proofsOf(run, records),
    }
  })
}

function seqOrder(events: readonly Event[]): Event[] {
  return events.toSorted((one, other) => one.value.collector_seq - other.value.collector_seq)
}

const isPermitted = ({ action }: ApplicationEvent): boolean => action === 'tool_call'

/** Whether a tap says that it refuses this run, and not the session or the agent of another. */
function isInForce({ decision, extra, server_id }: ApplicationEvent, run: AttackRun): boolean {
  const own = [run.sessionId, run.agentId, server_id].map((name) => JSON.stringify(name))
  const isRefusal = decision === 'restriction_in_force' && extra['restriction'] === '"refuse"'
  return isRefusal && own.includes(extra['scope_value'] ?? '')
}

function forwardedAfter(events: readonly Event[], run: AttackRun): number {
  const since = events.findIndex(({ value }) => isInForce(value, run))
  const inForceUs = events[since]?.value.occurred_at ?? Infinity
  // A call on its way at that moment is written down after it, as of when it entered.
  return events
    .slice(Math.max(0, since))
    .filter(({ value }) => isPermitted(value) && value.occurred_at > inForceUs).length
}

function partsOf(
  { sessionId }: AttackRun,
  records: readonly TimedRecord[],
  entered: Event,
  there: Event,
): Measured['parts'] {
  const first = (isIt: (record: TimedRecord) => boolean): number =>
    records.reduce((least, one) => (isIt(one) ? Math.min(least, one.loggedAtMs) : least), Infinity)
  const times = [
    entered.value.occurred_at / 1000,
    entered.loggedAtMs,
    first(
      (one) =>
        one.topic === 'alerts.v1' &&
        one.value.event_ids.includes(entered.value.event_id) &&
        one.value.session_id === sessionId,
    ),
    there.value.occurred_at / 1000,
  ]
  const parts = PARTS.map((name, index) => [
    name,
    (times[index + 1] ?? NaN) - (times[index] ?? NaN),
  ])
  return Object.fromEntries(parts) as Measured['parts']
}

/** The last word on each restriction and revocation of a run's incident. */
function proofsOf(run: AttackRun, records: readonly TimedRecord[]): Measured['proofs'] {
  return lastActions(records, run.sessionId)
    .filter(({ kind, phase }) => PROVEN_KINDS.has(kind) && phase !== 'undone')
    .map(({ kind, scope, phase, parameters }) => {
      const what = kind === 'enforcement' ? (parameters['restriction'] ?? kind) : kind
      return { what: `${what} ${scope?.split(':', 1)[0] ?? ''}`.trim(), phase }
    })
}

const PROVEN_KINDS = new Set(['enforcement', 'oauth-revocation'])
