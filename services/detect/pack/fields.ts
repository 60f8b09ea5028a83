import type { Layer } from '#domain/records/index.ts'
import { DULL_EVENTS, DULL_OBSERVATION } from './dull-records.ts'
import { isNumberFact, measureOf, ORIGIN_TABLE } from '../statistics/measures.ts'
import { dataOrigins } from './data-origins.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import { ODD_ARGUMENT_STATISTICS, STATISTICS } from './rule.ts'
import type { Asked, Field, LogService, Statistic, Subject } from './rule.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_.[\]-]{0,199}$/
const ODD_ARGUMENT_PREFIX = 'odd_argument.'
const ORIGIN_SUFFIX = /\.origin(?:_event_id)?$/
const OBSERVATION_FIELDS: ReadonlySet<string> = new Set(Object.keys(DULL_OBSERVATION))
const EVENT_FIELDS = new Map(
  Object.entries(DULL_EVENTS).map(([layer, event]) => [layer, new Set(Object.keys(event))]),
)

/**
 * How a rule of this stream reads a field. On an observation: a fact by its name; `any.origin`, and
 * the origin of one argument; `data_origin_event_ids`, the events that argument values came from
 * beside those with the instruction; a statistic; else a dotted name, or one after `features.`, is
 * a feature. On an event: a field, and inside a map or list by a path with dots.
 *
 * Statistics, null where nothing is known: of a number or feature `.robust_z`, `.percentile` (0 to
 * 100), `.expected` (the median), `.excess` over it; of a name `.novelty_days` since it was last
 * seen; of both `.sessions` (how many it rests on) and `.basis` (`agent`, `peers` or `cap`).
 * Habits: of an argument `.origin_rarity` (0 to 1: one less the share of the tool's calls in which
 * it had this origin), `.usual_origin` and its `.usual_share`; the same of `odd_argument`, the one
 * whose origin is rarest, with its `.path` and `.origin`; `sequence.surprise` (bits: this tool
 * after the one before), `effect.surprise` (bits: this effect after such a request),
 * `hour_of_week.rarity` (0 to 1, UTC; unknown before a week of history).
 *
 * @throws RuleRefusal where no record of the stream can have such a field.
 */
export function resolveField(name: string, service: LogService, layers: readonly Layer[]): Field {
  if (!NAME.test(name)) throw new RuleRefusal(`"${name}" is no field name`)
  return service === 'observation' ? observationField(name) : eventField(name, layers)
}

function observationField(name: string): Field {
  if (OBSERVATION_FIELDS.has(name)) return placed(name, [[name]])
  if (name === 'data_origin_event_ids') {
    const read = (subject: Subject): unknown => dataOrigins(subject.record)
    return { name, statistic: undefined, places: 'computed', read }
  }
  if (name.startsWith(ODD_ARGUMENT_PREFIX)) return oddArgumentField(name)
  if (name === 'any.origin') return placed(name, [['origins']])
  if (ORIGIN_SUFFIX.test(name)) return placed(name, [['argument_origins', name]])
  const statistic = STATISTICS.find((suffix) => name.endsWith(`.${suffix}`))
  if (statistic !== undefined) return statisticField(name, statistic)
  if (name.startsWith('features.')) return featureField(name, name.slice('features.'.length))
  const [head = ''] = name.split('.', 1)
  if (name.includes('.') && OBSERVATION_FIELDS.has(head)) return pathField(name)
  if (name.includes('.')) return featureField(name, name)
  throw new RuleRefusal(`an observation has no field "${name}"`)
}

function statisticField(name: string, of: Statistic): Field {
  const observed = name.slice(0, -of.length - 1)
  const measure = measureOf(observed, of)
  if (measure === undefined) throw new RuleRefusal(`there is no ${of} of "${observed}"`)
  const isOfArgument = measure === ORIGIN_TABLE && of !== 'basis' && of !== 'sessions'
  return askedField(name, isOfArgument ? { measure, of, argument: observed } : { measure, of })
}

function oddArgumentField(name: string): Field {
  const of = name.slice(ODD_ARGUMENT_PREFIX.length)
  const statistic = [...ODD_ARGUMENT_STATISTICS, 'basis', 'sessions'].find((one) => one === of)
  if (statistic === undefined) throw new RuleRefusal(`there is no ${of} of an argument`)
  return askedField(name, { measure: ORIGIN_TABLE, of: statistic as Statistic })
}

function askedField(name: string, asked: Asked): Field {
  return {
    name,
    statistic: asked,
    places: 'computed',
    read: (subject) => subject.statistic(asked),
  }
}

function featureField(name: string, feature: string): Field {
  return placed(name, [['features', feature]])
}

function eventField(name: string, layers: readonly Layer[]): Field {
  const [head = ''] = name.split('.', 1)
  if (!layers.some((layer) => EVENT_FIELDS.get(layer)?.has(head) === true)) {
    throw new RuleRefusal(`no event of ${layers.join(', ')} has a field "${head}"`)
  }
  return pathField(name)
}

/** A key below the first step may itself hold dots. */
function pathField(name: string): Field {
  const steps = name.split('.')
  const places = steps
    .slice(1)
    .map((_, index) => [...steps.slice(0, index + 1), steps.slice(index + 1).join('.')])
  return placed(name, [steps, ...places.filter((place) => place.length < steps.length)])
}

function placed(name: string, places: readonly (readonly string[])[]): Field {
  return { name, statistic: undefined, places, read: ({ record }) => firstAt(record, places) }
}

/** What stands at the first place that holds something. */
function firstAt(record: unknown, places: readonly (readonly string[])[]): unknown {
  for (const steps of places) {
    const value = valueAt(record, steps, 0)
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** A list on the way gives the values of all its elements. */
function valueAt(value: unknown, steps: readonly string[], from: number): unknown {
  const step = steps[from]
  if (step === undefined) return value
  if (Array.isArray(value)) {
    const values = value.flatMap((element) => valueAt(element, steps, from) ?? [])
    return values.length === 0 ? undefined : values
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
  return valueAt(Reflect.get(value, step), steps, from + 1)
}

/** Whether a summary may print this field: a number, or a word that is no content. */
export function isPrintable(field: Field): boolean {
  const { name, statistic } = field
  if (statistic !== undefined || isNumberFact(name) || PRINTABLE_FIELDS.has(name)) return true
  return name.endsWith('.origin') || !OBSERVATION_FIELDS.has(name.split('.', 1)[0] ?? '')
}

const PRINTABLE_FIELDS: ReadonlySet<string> = new Set([
  'action',
  'layer',
  'tool_name',
  'effect',
  'requested',
  'instructed',
  'origins',
  'labels',
  'sensitive_types',
])
