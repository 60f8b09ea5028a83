import { idOf } from '#domain/ids.ts'
import type { Layer, Match } from '#domain/records/index.ts'
import type { Judged } from './alert.ts'
import type { Handling } from './pack/rule-set.ts'
import { textOf } from './sigma/scalars.ts'
import type { Field, Rule, Subject, Suppression } from './pack/rule.ts'
import { observedAtUs } from './statistics/judge.ts'

const FED_VALUE_MAX_LENGTH = 200
const DEDUP_TEXT_MAX_LENGTH = 1000

/** Why a hit is recorded as a match. */
export type MatchOutcome =
  | { reason: 'counted'; feeds: readonly Field[] }
  | { reason: 'staged' }
  | { reason: 'excepted'; exceptionId: string }

/** A rule's hit on a record, with the pack it was found by. */
type FoundHit = {
  rule: Rule
  record: Judged
  layer: Layer
  subject: Subject
  packVersion: string
  outcome: MatchOutcome
}

/** The match of a hit, with what correlations read of it. */
export function matchOf(hit: FoundHit): Match {
  const { rule, record, layer, subject, packVersion, outcome } = hit
  const { reason } = outcome
  const { tenant_id, event_id } = record
  return {
    match_id: idOf('match', tenant_id, rule.id, rule.version, event_id, reason),
    tenant_id,
    rule_id: rule.id,
    rule_name: rule.name,
    rule_version: rule.version,
    layer,
    occurred_at: observedAtUs(record),
    session_id: record.session_id,
    agent_id: record.agent_id,
    user_id: record.user_id,
    server_id: record.server_id,
    event_id,
    group_by: reason === 'counted' ? fedValues(outcome.feeds, subject) : {},
    reason,
    exception_id: reason === 'excepted' ? outcome.exceptionId : null,
    pack_version: packVersion,
  }
}

/** The first exception, in the order of their ids, that allows what a rule hit at this time. */
export function allowedBy(
  { exceptions }: Handling,
  subject: Subject,
  atUs: number,
): string | undefined {
  const allowing = exceptions.filter(({ expiresUs, allows }) => atUs < expiresUs && allows(subject))
  const [first] = allowing.map(({ id }) => id).sort()
  return first
}

/**
 * What hits of a suppressed rule have in common: the session, since an alert is of one, the values
 * of its fields, and the window of event time. So nobody has to remember an earlier hit.
 */
export function dedupKeyOf({ by, windowUs }: Suppression, subject: Subject): string {
  const { occurred_at, collected_at, session_id } = subject.record
  const atUs = Math.min(Number(occurred_at), Number(collected_at))
  const windowAtUs = Math.floor(atUs / windowUs) * windowUs
  const values = by.map((field) => valueText(field, subject) ?? '')
  return JSON.stringify([session_id, windowAtUs, ...values]).slice(0, DEDUP_TEXT_MAX_LENGTH)
}

function fedValues(feeds: readonly Field[], subject: Subject): Record<string, string> {
  const values: Record<string, string> = {}
  for (const field of feeds) {
    const text = valueText(field, subject)
    if (text !== undefined) values[field.name] = text.slice(0, FED_VALUE_MAX_LENGTH)
  }
  return values
}

/** A list is told by its sorted texts. */
function valueText(field: Field, subject: Subject): string | undefined {
  const value = field.read(subject)
  if (!Array.isArray(value)) return textOf(value)
  const texts = value.flatMap((one: unknown) => textOf(one) ?? [])
  return texts.length === 0 ? undefined : texts.sort().join(',')
}
