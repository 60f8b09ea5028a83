import type { Observation } from '#domain/records/index.ts'
import type { Statistic } from '../pack/rule.ts'

/** Facts that count or measure something. */
const NUMBER_FACTS = [
  'tool_calls',
  'tool_calls_of_this_tool',
  'repeated_calls',
  'distinct_tools',
  'errors',
  'denials',
  'seconds_since_request',
  'seconds_since_session_end',
  'rows',
  'bytes',
  'rows_read',
  'bytes_read',
  'destination_port',
  'event_bytes_out',
  'bytes_out',
  'completions',
  'output_bytes',
  'facts_dropped',
  'tool_definitions',
] as const satisfies readonly (keyof Observation)[]

const NUMBER_FACT_NAMES: ReadonlySet<string> = new Set(NUMBER_FACTS)

/** The set a baseline keeps for each fact that names things. */
const SET_BY_FACT: ReadonlyMap<string, string> = new Map([
  ['tool_name', 'tool_name'],
  ['object_names', 'object'],
  ['destination_host', 'destination'],
  ['effect', 'effect'],
  ['token_scopes', 'token_scope'],
  ['query_fingerprint', 'query'],
] satisfies [keyof Observation, string][])

/** Where the arguments of each tool come from. */
export const ORIGIN_TABLE = 'argument_origin'
/** Which tool follows which; which effect follows which request; which hours of the week. */
export const TRANSITION_TABLE = 'transition'
export const EFFECT_TABLE = 'effect_after'
const HOUR_TABLE = 'hour_of_week'

/** The table of counts that tells how surprising or rare something is. */
const TABLE_BY_NAME: ReadonlyMap<string, string> = new Map([
  ['sequence.surprise', TRANSITION_TABLE],
  ['effect.surprise', EFFECT_TABLE],
  ['hour_of_week.rarity', HOUR_TABLE],
  ['sequence.basis', TRANSITION_TABLE],
  ['hour_of_week.basis', HOUR_TABLE],
])
const ORIGIN_STATISTICS: ReadonlySet<Statistic> = new Set([
  'origin_rarity',
  'usual_origin',
  'usual_share',
])

const FACT_BY_SET = new Map([...SET_BY_FACT].map(([fact, set]) => [set, fact]))

/** Whether an observation's field is one number. */
export function isNumberFact(name: string): boolean {
  return NUMBER_FACT_NAMES.has(name)
}

/** The measure whose baseline this statistic of a field needs; undefined where there is none. */
export function measureOf(field: string, of: Statistic): string | undefined {
  if (of === 'novelty_days') return SET_BY_FACT.get(field)
  if (ORIGIN_STATISTICS.has(of)) return ORIGIN_TABLE
  const table = TABLE_BY_NAME.get(`${field}.${of}`)
  if (table !== undefined || of === 'surprise' || of === 'rarity') return table
  if ((of === 'basis' || of === 'sessions') && SET_BY_FACT.has(field)) return SET_BY_FACT.get(field)
  return isNumberFact(field) || field.includes('.') ? field : undefined
}

/** The number an observation has for a measure: a fact, or a feature of its text. */
export function observedNumber(
  record: Readonly<Record<string, unknown>>,
  measure: string,
): number | undefined {
  const features = record['features']
  const value = isNumberFact(measure)
    ? record[measure]
    : typeof features === 'object' && features !== null && Object.hasOwn(features, measure)
      ? Reflect.get(features, measure)
      : undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The names an observation has for a set; empty where it has none. */
export function observedNames(
  record: Readonly<Record<string, unknown>>,
  set: string,
): readonly string[] {
  const value = record[FACT_BY_SET.get(set) ?? '']
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return []
  return value.filter((element): element is string => typeof element === 'string')
}
