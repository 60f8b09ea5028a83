import type { Layer } from '#domain/records/index.ts'
import { ALL_LAYERS } from './document.ts'
import { holdsSelection } from './match.ts'
import type { Condition } from '#sigma/condition.ts'
import type { LogService, Rule, Subject } from './rule.ts'
import { textOf } from './value-test.ts'
import { witnessesOf } from './witness.ts'
import type { Witness } from './witness.ts'

/** The rules of one stream, behind an index of what a record must have for a rule to be run. */
type Stream = {
  rules: readonly Rule[]
  readsStatistics: boolean
  /** The rules that fire on a record, in the order of rule id. */
  firing(subject: Subject): Rule[]
}

/** All rules, each in the streams of its layers. */
export type CompiledRules = {
  rules: readonly Rule[]
  streamOf(service: LogService, layer: Layer): Stream
}

/** Compiles rules together. Ids must differ. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const ordered = [...rules].sort((left, right) => (left.id < right.id ? -1 : 1))
  const streams = new Map<string, Stream>()
  for (const service of ['event', 'observation'] as const) {
    for (const layer of ALL_LAYERS) {
      const own = ordered.filter((rule) => rule.service === service && rule.layers.includes(layer))
      streams.set(`${service}:${layer}`, compileStream(own))
    }
  }
  const empty = compileStream([])
  return {
    rules: ordered,
    streamOf: (service, layer) => streams.get(`${service}:${layer}`) ?? empty,
  }
}

/** Whether a condition holds of a record. */
export function holds(condition: Condition, rule: Rule, subject: Subject): boolean {
  if (condition.kind === 'selection') {
    return holdsSelection(rule.selections.get(condition.name) ?? [], subject)
  }
  if (condition.kind === 'not') return !holds(condition.of, rule, subject)
  return condition.kind === 'and'
    ? condition.of.every((part) => holds(part, rule, subject))
    : condition.of.some((part) => holds(part, rule, subject))
}

type IndexedField = {
  read: (subject: Subject) => unknown
  byText: Map<string, number[]>
  /** Rules that need only some value. */
  present: number[]
}

function compileStream(rules: readonly Rule[]): Stream {
  const fields = new Map<string, IndexedField>()
  const open: number[] = []
  for (const [place, witnesses] of witnessesOf(rules).entries()) {
    if (witnesses === undefined) open.push(place)
    else addToIndex(witnesses, place, fields)
  }
  const indexed = [...fields.values()]
  return {
    rules,
    readsStatistics: rules.some(readsStatistics),
    firing: (subject) => {
      const places = [...open]
      for (const field of indexed) addCandidates(field, field.read(subject), places)
      const fired: Rule[] = []
      let last = -1
      for (const place of places.sort((left, right) => left - right)) {
        const rule = place === last ? undefined : rules[place]
        last = place
        if (rule !== undefined && holds(rule.condition, rule, subject)) fired.push(rule)
      }
      return fired
    },
  }
}

function addToIndex(
  witnesses: readonly Witness[],
  place: number,
  fields: Map<string, IndexedField>,
): void {
  for (const { field, texts } of witnesses) {
    const indexed = fields.get(field.name) ?? {
      read: field.read,
      byText: new Map<string, number[]>(),
      present: [],
    }
    fields.set(field.name, indexed)
    if (texts === undefined) indexed.present.push(place)
    for (const text of texts ?? []) {
      indexed.byText.set(text, [...(indexed.byText.get(text) ?? []), place])
    }
  }
}

/** Adds the places of rules this value lets through; a place may come more than once. */
function addCandidates(field: IndexedField, value: unknown, places: number[]): void {
  if (value === undefined || value === null) return
  if (field.present.length > 0) places.push(...field.present)
  if (field.byText.size === 0) return
  if (!Array.isArray(value)) addByText(field, value, places)
  else for (const element of value) addByText(field, element, places)
}

function addByText(field: IndexedField, value: unknown, places: number[]): void {
  const text = textOf(value)
  const found = text === undefined ? undefined : field.byText.get(text.toLowerCase())
  if (found !== undefined) places.push(...found)
}

function readsStatistics(rule: Rule): boolean {
  return [...rule.selections.values()].some((selection) =>
    selection.some((items) => items.some((item) => item.field.statistic !== undefined)),
  )
}
