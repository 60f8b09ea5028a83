import { ACTIVITY_BIN_US } from '#domain/activity-bin.ts'
import { NO_ALERT_FACTS } from '#domain/facts.ts'
import { alertId } from '#domain/ids.ts'
import type { Alert } from '#domain/records/index.ts'
import type { Reading } from './series-detector.ts'
import { SPIKES, SPIKE_VERSION } from './spikes.ts'
import type { Metric, SubjectKind, Total } from './totals.ts'

/** A total that is a spike. */
export type Finding = { total: Total; binAt: number; reading: Reading }

const SUMMARY_MAX_LENGTH = 200
const NAME_MAX_LENGTH = 50
const ENTITY_VALUE_MAX_LENGTH = 200
const DAYS = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays']
const MEBIBYTE = 1_048_576
const KIBIBYTE = 1_024
const DECIMAL_COUNT = 3

/**
 * The alert of a spike. It is of the session that did most of it; of a server's own series, of the
 * server's address. It happened when that session was last active within the five minutes.
 */
export function spikeAlert({ total, binAt, reading }: Finding, packVersion: string): Alert {
  const { tenantId, kind, metric, value, bytesIn, session, key } = total
  const { ruleId, ruleName, title, layer, atlas, owasp } = SPIKES[metric]
  const { part } = session
  return {
    alert_id: alertId(tenantId, ruleId, SPIKE_VERSION, [`${key}/${binAt}`]),
    tenant_id: tenantId,
    rule_id: ruleId,
    rule_name: ruleName,
    rule_version: SPIKE_VERSION,
    kind: 'statistic',
    source: null,
    layer: kind === 'destination' ? 'network' : layer,
    level: 'medium',
    occurred_at: part.last_at,
    detected_at: binAt + ACTIVITY_BIN_US,
    session_id: kind === 'server' ? `server:${part.server_id}` : session.id,
    agent_id: kind === 'server' ? null : part.agent_id,
    user_id: null,
    server_id: part.server_id,
    call_id: null,
    event_ids: part.bin_event_id === null ? [] : [part.bin_event_id],
    title,
    summary: summaryOf(total, binAt, reading),
    claims: ['anomaly'],
    entities: entitiesOf(total),
    atlas: [...atlas],
    owasp: [...owasp],
    measures: [
      measure(metric, value, reading.expected, reading.robustZ),
      measure(`${metric}.tail_share`, reading.upperTailShare),
      measure(`${metric}.of_session`, session.value),
      ...(metric === 'bytes_out' ? [measure('bytes_in', bytesIn)] : []),
    ],
    origin_event_ids: [],
    instruction_event_ids: [],
    facts: {
      ...NO_ALERT_FACTS,
      rows: metric === 'rows' ? value : 0,
      bytes_out: metric === 'bytes_out' ? value : 0,
      destinations: destinationOf(total),
    },
    baseline_epoch: null,
    evidence: null,
    late: false,
    reasons: [],
    pack_version: packVersion,
    dedup_key: null,
    trace_id: null,
    connection: null,
    revision: 1,
  }
}

/** `Agent X sent 48.0 MiB in five minutes to H; on Tuesdays at 14h UTC it is 1.2 MiB (z 31)`. */
function summaryOf({ kind, metric, names, value }: Total, binAt: number, reading: Reading): string {
  const did = phraseOf(kind, metric, names, amountOf(metric, value))
  const time = new Date(binAt / 1000)
  const when = `on ${DAYS[time.getUTCDay()]} at ${time.getUTCHours()}h UTC`
  const usual = amountOf(metric, Math.max(0, reading.expected))
  const text = `${did}; ${when} it is ${usual} (z ${rounded(reading.robustZ, 1)})`
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, SUMMARY_MAX_LENGTH)
}

function phraseOf(
  kind: SubjectKind,
  metric: Metric,
  names: readonly string[],
  amount: string,
): string {
  const [name = '', to = ''] = names.map((one) => one.slice(0, NAME_MAX_LENGTH))
  const span = 'in five minutes'
  if (kind === 'destination') {
    return metric === 'calls'
      ? `${amount.replace('calls', 'flows')} went ${span} to ${name}`
      : `${amount} went ${span} to ${name}`
  }
  const who = kind === 'server' ? `Server ${name}` : `Agent ${name}`
  const whose = name.startsWith('server:') ? `Server ${name.slice('server:'.length)}` : who
  const verbs = { calls: 'made', rows: 'read', bytes_out: 'sent', destinations: 'reached' }
  const place = kind === 'route' ? ` to ${to}` : ''
  return `${whose} ${verbs[metric]} ${amount} ${span}${place}`
}

function amountOf(metric: Metric, value: number): string {
  if (metric !== 'bytes_out') return `${rounded(value, 1)} ${metric}`
  if (value >= MEBIBYTE) return `${(value / MEBIBYTE).toFixed(1)} MiB`
  return value >= KIBIBYTE ? `${(value / KIBIBYTE).toFixed(1)} KiB` : `${rounded(value, 0)} bytes`
}

function entitiesOf({ kind, names, session }: Total): string[] {
  const { agent_id, server_id } = session.part
  const about: string[] = kind === 'server' || agent_id === null ? [] : [`agent:${agent_id}`]
  const to = kind === 'route' ? names[1] : names[0]
  about.push(`server:${server_id}`)
  if (kind === 'route' || kind === 'destination') about.push(`destination:${to}`)
  return about.map((entity) => entity.slice(0, ENTITY_VALUE_MAX_LENGTH).toWellFormed())
}

function destinationOf({ kind, names }: Total): string[] {
  if (kind !== 'route' && kind !== 'destination') return []
  return names.slice(-1)
}

function measure(
  name: string,
  observed: number,
  expected?: number,
  score?: number,
): Alert['measures'][number] {
  return {
    name,
    observed: rounded(observed, DECIMAL_COUNT),
    expected: expected === undefined ? null : rounded(expected, DECIMAL_COUNT),
    score: score === undefined ? null : rounded(score, DECIMAL_COUNT),
  }
}

function rounded(value: number, decimalCount: number): number {
  return Number(value.toFixed(decimalCount))
}
