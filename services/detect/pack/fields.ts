import type { Layer } from '#domain/records/index.ts'
import { DULL_EVENTS, DULL_OBSERVATION } from './dull-records.ts'
import { isNumberFact, measureOf } from '../statistics/measures.ts'
import { dataOrigins } from './data-origins.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import { STATISTICS } from './rule.ts'
import type { Field, LogService, Statistic, Subject } from './rule.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_.[\]-]{0,199}$/
const ORIGIN_SUFFIX = /\.origin(?:_event_id)?$/
const OBSERVATION_FIELDS: ReadonlySet<string> = new Set(Object.keys(DULL_OBSERVATION))
const EVENT_FIELDS = new Map(
  Object.entries(DULL_EVENTS).map(([layer, event]) => [layer, new Set(Object.keys(event))]),
)

/**
 * How a rule of this stream reads a field. On an observation: a fact by its name; `any.origin`, and
 * the origin of one argument; `data_origin_event_ids`, the events that argument values came from
 * beside those with the instruction; a statistic of a measure; else a dotted name, or one after
 * `features.`, is a feature. On an event: a field, and inside a map or list by a path with dots.
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
  return {
    name,
    statistic: { measure, of },
    places: 'computed',
    read: (subject) => subject.statistic(measure, of),
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
