import { markApplied, readDetection } from './pipeline-detection.ts'
import { isRecord } from './pipeline-detection.ts'
import type { StepOf } from './pipeline-schema.ts'
import type { RuleState } from './pipeline-state.ts'

/**
 * Adds a selection that must hold besides every condition of the rule, or must not if `negated`.
 * Its name starts with `_`, so the rule's patterns of names do not catch it.
 */
export function addCondition(step: StepOf<'add_condition'>, rule: RuleState): void {
  const name = freeName(rule, step.name ?? '_condition')
  const conditions = step.template ? filled(step.conditions, rule) : step.conditions
  rule.detections.set(name, markApplied(readDetection(conditions), step.id))
  rule.conditions = rule.conditions.map(
    (condition) => `${step.negated ? 'not ' : ''}${name} and (${condition})`,
  )
}

/** Exchanges `$category`, `$product` and `$service` (or `${…}`); `$$` is a dollar sign. */
function filled(conditions: Readonly<Record<string, unknown>>, rule: RuleState): object {
  const { logsource } = rule.plain
  const values = isRecord(logsource) ? logsource : {}
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill)
    if (typeof value !== 'string') return value
    return value.replace(VARIABLE, (whole, bare?: string, braced?: string) => {
      const key = bare ?? braced
      return key === undefined ? whole.slice(1) : textOf(values[key])
    })
  }
  return Object.fromEntries(Object.entries(conditions).map(([key, value]) => [key, fill(value)]))
}

const VARIABLE = /\$(?:\$|(category|product|service)\b|\{(category|product|service)\})/g

/** A log source without the key gives "None", as these templates do elsewhere. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'None'
}

function freeName(rule: RuleState, wanted: string): string {
  const base = wanted.startsWith('_') ? wanted : `_${wanted}`
  let name = base
  for (let count = 2; rule.detections.has(name); count += 1) name = `${base}_${count}`
  return name
}
