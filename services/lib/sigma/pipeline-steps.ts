import { addCondition } from './pipeline-added.ts'
import { LOGSOURCE_KEYS, concernsItem, concernsRule } from './pipeline-conditions.ts'
import { mapItems, markApplied } from './pipeline-detection.ts'
import type { Detection, Item } from './pipeline-detection.ts'
import { renameFields, renamingOf } from './pipeline-fields.ts'
import { splitHashes } from './pipeline-hashes.ts'
import { resolvePlaceholders } from './pipeline-placeholders.ts'
import type { Step, StepOf } from './pipeline-schema.ts'
import type { PipelineStep, RuleState } from './pipeline-state.ts'
import { changeValues } from './pipeline-values.ts'
import { RuleRefusal } from './refusal.ts'

/** Runs transformations on a rule, in order, each where its conditions hold. */
export function runSteps(steps: readonly PipelineStep[], rule: RuleState): void {
  for (const use of steps) {
    if (!concernsRule(use, rule)) continue
    if (use.step.id !== undefined) rule.appliedIds.add(use.step.id)
    const renaming = renamingOf(use.step)
    if (renaming !== undefined) renameFields(use, renaming, rule)
    else if (!changeRule(use, rule)) changeItems(use, rule)
  }
}

/** Runs a transformation of the rule as a whole; says whether it was one. */
function changeRule({ step, nested }: PipelineStep, rule: RuleState): boolean {
  switch (step.type) {
    case 'nest':
      runSteps(nested, rule)
      return true
    case 'add_condition':
      if (!rule.isCorrelation) addCondition(step, rule)
      return true
    case 'change_logsource':
      if (!rule.isCorrelation) rule.plain['logsource'] = logsourceOf(step)
      return true
    case 'rule_failure':
      throw new RuleRefusal(`the pipeline refuses the rule: ${step.message}`)
    case 'set_state':
      rule.values.set(step.key, step.val)
      return true
    case 'set_custom_attribute':
      rule.plain[step.attribute] = step.value
      return true
    case 'add_field':
    case 'remove_field':
    case 'set_field':
      rule.plain['fields'] = fieldsAfter(step, rule.plain['fields'])
      return true
    default:
      return false
  }
}

function changeItems(use: PipelineStep, rule: RuleState): void {
  for (const [name, detection] of rule.detections) {
    const changed = mapItems(detection, (item) => {
      if (!concernsItem(use, item, rule)) return item
      if (use.step.type === 'drop_detection_item') return undefined
      const made = changeItem(use, item, rule)
      return made === undefined ? item : markApplied(made, use.step.id)
    })
    rule.detections.set(name, changed ?? { kind: 'and', of: [] })
  }
}

function changeItem(use: PipelineStep, item: Item, rule: RuleState): Detection | undefined {
  const { step } = use
  switch (step.type) {
    case 'detection_item_failure':
      throw new RuleRefusal(`the pipeline refuses the rule: ${step.message}`)
    case 'value_placeholders':
    case 'wildcard_placeholders':
      return resolvePlaceholders(step, item, rule)
    case 'hashes_fields':
      return splitHashes(step, item)
    default:
      return changeValues(use, item)
  }
}

function logsourceOf(step: StepOf<'change_logsource'>): Record<string, unknown> {
  return Object.fromEntries(
    LOGSOURCE_KEYS.flatMap((key) => (step[key] === undefined ? [] : [[key, step[key]]])),
  )
}

type FieldsStep = Extract<Step, { type: 'add_field' | 'remove_field' | 'set_field' }>

function fieldsAfter(step: FieldsStep, given: unknown): readonly unknown[] {
  if (step.type === 'set_field') return step.fields
  const before: readonly unknown[] = Array.isArray(given) ? given : []
  const named = typeof step.field === 'string' ? [step.field] : step.field
  if (step.type === 'add_field') return [...before, ...named]
  const left = [...before]
  for (const name of named) {
    const place = left.indexOf(name)
    if (place >= 0) left.splice(place, 1)
  }
  return left
}
