import type { LogEvent } from '../format.ts'
import { extraOf } from '../log-fields.ts'
import type { SqlReading } from './sql-reading.ts'

type DataLogEvent = Extract<LogEvent, { topic: 'events.data.v1' }>
export type DataFacts = DataLogEvent['facts']

/** An event of the data layer. */
export function dataEvent(facts: DataFacts, hints?: LogEvent['hints']): LogEvent {
  return hints === undefined
    ? { topic: 'events.data.v1', layer: 'data', facts }
    : { topic: 'events.data.v1', layer: 'data', facts, hints }
}

/** What a query's text tells, whoever logged it; `extra` holds what there is no field for. */
export function queryFacts(
  text: string,
  { fingerprint, tags, statements }: SqlReading,
  more: Readonly<Record<string, unknown>> = {},
): Pick<DataFacts, 'query_text' | 'query_fingerprint' | 'trace_id' | 'span_id' | 'call_id'> &
  Required<Pick<DataFacts, 'extra'>> {
  const isCut = text.length > QUERY_MAX_LENGTH
  const kept = isCut ? text.slice(0, QUERY_MAX_LENGTH) : text
  const extra = extraOf(more)
  if (tags !== undefined) extra['sql_comment'] = tags.pairsJson
  if (isCut) extra['query_length'] = String(text.length)
  if (statements.length > 1) extra['statements'] = String(statements.length)
  return {
    query_text: kept.isWellFormed() ? kept : kept.toWellFormed(),
    query_fingerprint: fingerprint,
    trace_id: tags?.traceId ?? null,
    span_id: tags?.spanId ?? null,
    call_id: tags?.callId ?? null,
    extra,
  }
}

/** The client's end of a connection to a database, as far as the record tells it. */
export type ClientEnd = { address: string | null; port: number | null }

/** Null where it is no address of a network, or no port. */
export function clientOf(host: string | null, port: number | null): ClientEnd {
  if (host === null || host === '[local]') return { address: null, port: null }
  const address = host.startsWith('[') ? host.replace(/^\[(.*)\]$/, '$1') : host
  return { address, port: port === 0 ? null : port }
}

/** Longer queries are kept to here; they are read whole. */
const QUERY_MAX_LENGTH = 65_536
