import { parseCondition } from './condition.ts'
import type { Condition } from './condition.ts'
import { isRecord, itemsOf } from './pipeline-detection.ts'
import type { Item } from './pipeline-detection.ts'
import { foldedValues } from './pipeline-folding.ts'
import type { Folded } from './pipeline-folding.ts'
import { isAttribute } from './pipeline-attribute.ts'
import type { FieldCondition, ItemCondition, RuleCondition } from './pipeline-schema.ts'
import type { StateCondition } from './pipeline-schema.ts'
import type { PipelineStep, RuleState } from './pipeline-state.ts'
import { fieldsOf } from './pipeline-state.ts'
import { readText, visibleText } from './pipeline-text.ts'

/** Whether a transformation concerns a rule. */
export function concernsRule({ step }: PipelineStep, rule: RuleState): boolean {
  return combined(
    step.rule_conditions,
    { op: step.rule_cond_op, expr: step.rule_cond_expr, not: step.rule_cond_not },
    (condition) => holdsForRule(condition, rule),
  )
}

/** Whether a transformation concerns an item: by its values, and by its field or references. */
export function concernsItem(use: PipelineStep, item: Item, rule: RuleState): boolean {
  const { step } = use
  const op = step.detection_item_cond_op
  const linking = { op, expr: step.detection_item_cond_expr, not: step.detection_item_cond_not }
  const isWanted = combined(step.detection_item_conditions, linking, (condition) =>
    holdsForItem(condition, item, use, rule),
  )
  return isWanted && combined(step.field_name_conditions, fieldLinking(use), holdsForNames)

  function holdsForNames(condition: FieldCondition): boolean {
    if (condition.type === 'processing_item_applied') {
      return item.appliedIds.has(condition.processing_item_id)
    }
    return (
      holdsForField(condition, item.field, use, rule) ||
      referencesOf(item).some((field) => holdsForField(condition, field, use, rule))
    )
  }
}

/** Whether a transformation concerns a field name, wherever it stands. */
export function concernsField(
  use: PipelineStep,
  field: string | undefined,
  rule: RuleState,
): boolean {
  return combined(use.step.field_name_conditions, fieldLinking(use), (condition) =>
    holdsForField(condition, field, use, rule),
  )
}

/** The fields whose values the item's own field is compared with. */
function referencesOf(item: Item): readonly string[] {
  if (!item.modifiers.includes('fieldref')) return []
  return item.values.filter((value) => typeof value === 'string')
}

/** Whether a log source says all that is asked for; what is not asked for may be anything. */
export function isLogsourceIn(
  logsource: unknown,
  wanted: Readonly<Record<string, unknown>>,
): boolean {
  const given = isRecord(logsource) ? logsource : {}
  return LOGSOURCE_KEYS.every((key) => wanted[key] === undefined || wanted[key] === given[key])
}

export const LOGSOURCE_KEYS = ['category', 'product', 'service'] as const

type Linking = { op: 'and' | 'or' | undefined; expr: string | undefined; not: boolean }

function combined<T>(
  conditions: Readonly<Record<string, T>>,
  { op, expr, not }: Linking,
  holds: (condition: T) => boolean,
): boolean {
  const entries = Object.entries(conditions)
  if (entries.length === 0) return true
  if (expr !== undefined) {
    const names = entries.map(([name]) => name)
    const holding = new Set(entries.flatMap(([name, one]) => (holds(one) ? [name] : [])))
    return evaluate(parseCondition(expr, names), holding) !== not
  }
  const isMet =
    op === 'or' ? entries.some(([, one]) => holds(one)) : entries.every(([, one]) => holds(one))
  return isMet !== not
}

function evaluate(condition: Condition, holding: ReadonlySet<string>): boolean {
  if (condition.kind === 'selection') return holding.has(condition.name)
  if (condition.kind === 'not') return !evaluate(condition.of, holding)
  return condition.kind === 'and'
    ? condition.of.every((part) => evaluate(part, holding))
    : condition.of.some((part) => evaluate(part, holding))
}

function fieldLinking({ step }: PipelineStep): Linking {
  const { field_name_cond_op: op, field_name_cond_expr: expr, field_name_cond_not: not } = step
  return { op, expr, not }
}

function holdsForRule(condition: RuleCondition, rule: RuleState): boolean {
  switch (condition.type) {
    case 'logsource': {
      const rules = rule.isCorrelation ? rule.related : [rule.plain]
      return rules.some((one) => isLogsourceIn(one['logsource'], condition))
    }
    case 'contains_field':
      return fieldsOf(rule).has(condition.field)
    case 'contains_detection_item':
      return [...rule.detections.values()].some((detection) =>
        itemsOf(detection).some(
          (item) =>
            item.field === condition.field &&
            foldedValues(item).some((value) => isEqual(value, condition.value)),
        ),
      )
    case 'is_sigma_rule':
      return !rule.isCorrelation
    case 'is_sigma_correlation_rule':
      return rule.isCorrelation
    case 'rule_attribute':
      return isAttribute(rule.plain, condition)
    case 'tag': {
      const tags = rule.plain['tags']
      return Array.isArray(tags) && tags.includes(condition.tag)
    }
    case 'processing_state':
      return isState(condition, rule)
    default:
      return rule.appliedIds.has(condition.processing_item_id)
  }
}

function holdsForItem(
  condition: ItemCondition,
  item: Item,
  use: PipelineStep,
  rule: RuleState,
): boolean {
  switch (condition.type) {
    case 'processing_state':
      return isState(condition, rule)
    case 'processing_item_applied':
      return item.appliedIds.has(condition.processing_item_id)
    case 'match_string': {
      const regex = use.regexOf(condition.pattern)
      return quantified(condition.cond, foldedValues(item), (value) => {
        const isMatch = 'text' in value && regex.matchesStart(visibleText(value.text))
        return isMatch !== condition.negate
      })
    }
    case 'match_value':
      return quantified(condition.cond, foldedValues(item), (value) =>
        isEqual(value, condition.value),
      )
    case 'contains_wildcard':
      return quantified(
        condition.cond,
        foldedValues(item),
        (value) => 'text' in value && value.text.pieces.some((piece) => typeof piece === 'string'),
      )
    default:
      return quantified(
        condition.cond,
        foldedValues(item),
        (value) => 'plain' in value && value.plain === null,
      )
  }
}

function quantified<T>(kind: 'any' | 'all', values: readonly T[], holds: (one: T) => boolean) {
  return kind === 'any' ? values.some(holds) : values.every(holds)
}

function holdsForField(
  condition: FieldCondition,
  field: string | undefined,
  use: PipelineStep,
  rule: RuleState,
): boolean {
  if (condition.type === 'processing_state') return isState(condition, rule)
  if (condition.type === 'processing_item_applied') {
    const ids = rule.appliedIdsByField.get(field ?? '')
    return ids?.has(condition.processing_item_id) === true
  }
  const isNamed =
    field !== undefined &&
    (condition.mode === 'plain'
      ? condition.fields.includes(field)
      : condition.fields.some((pattern) => use.regexOf(pattern).matchesStart(field)))
  return isNamed === (condition.type === 'include_fields')
}

function isState({ key, val, op }: StateCondition, rule: RuleState): boolean {
  const value = rule.values.get(key)
  if (value === undefined) return false
  switch (op) {
    case 'eq':
      return value === val
    case 'ne':
      return value !== val
    case 'gte':
      return value >= val
    case 'gt':
      return value > val
    case 'lte':
      return value <= val
    default:
      return value < val
  }
}

/** Strings are equal with all their wildcards, and their case. */
function isEqual(value: Folded, wanted: string | number | boolean): boolean {
  if (!('text' in value)) return value.plain === wanted
  if (typeof wanted !== 'string') return false
  return visibleText(value.text) === visibleText(readText(wanted, false))
}
