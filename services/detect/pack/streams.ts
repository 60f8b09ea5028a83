import type { Layer } from '#domain/records/index.ts'
import { ALL_LAYERS } from './document.ts'
import { compileEngine } from '../sigma/engine.ts'
import type { MatchResult } from '../sigma/engine.ts'
import { resolveField } from './fields.ts'
import type { Field, LogService, Rule, Subject } from './rule.ts'

/** The rules of one stream, compiled together. */
type Stream = {
  rules: readonly Rule[]
  readsStatistics: boolean
  /** The rules that fire on a record, in the order of rule id, each with what decided. */
  firing(subject: Subject): readonly MatchResult<Rule>[]
}

/** All rules, each in the streams of its layers. */
export type CompiledRules = {
  rules: readonly Rule[]
  streamOf(service: LogService, layer: Layer): Stream
}

const NO_STREAM: Stream = { rules: [], readsStatistics: false, firing: () => [] }

/** Compiles rules together. Ids must differ. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const streams = new Map<string, Stream>()
  for (const service of ['event', 'observation'] as const) {
    for (const layer of ALL_LAYERS) {
      const own = rules.filter((rule) => rule.service === service && rule.layers.includes(layer))
      if (own.length > 0) streams.set(`${service}:${layer}`, compileStream(own, service))
    }
  }
  return {
    rules: [...rules].sort((left, right) => (left.id < right.id ? -1 : 1)),
    streamOf: (service, layer) => streams.get(`${service}:${layer}`) ?? NO_STREAM,
  }
}

function compileStream(rules: readonly Rule[], service: LogService): Stream {
  const fields = new Map<string, Field>()
  const fieldOf = (name: string): Field => {
    const field = fields.get(name) ?? resolveField(name, service, ALL_LAYERS)
    fields.set(name, field)
    return field
  }
  const engine = compileEngine(rules, { locate: (name) => fieldOf(name).places })
  return {
    rules: engine.rules,
    readsStatistics: [...fields.values()].some((field) => field.statistic !== undefined),
    firing: (subject) => engine.results(subject.record, (name) => fieldOf(name).read(subject)),
  }
}
