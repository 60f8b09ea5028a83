import { concernsField, concernsItem } from './pipeline-conditions.ts'
import { isRecord, mapItems, markApplied } from './pipeline-detection.ts'
import type { Detection, Item } from './pipeline-detection.ts'
import { contained } from './pipeline-folding.ts'
import type { Step } from './pipeline-schema.ts'
import type { PipelineStep, RuleState } from './pipeline-state.ts'
import { printText, readText } from './pipeline-text.ts'
import { RuleRefusal } from './refusal.ts'

/** The names a field gets, undefined if it keeps its own; no field stands for keywords. */
export type Renaming = (field: string | undefined) => readonly string[] | undefined

/** What keywords are called in a mapping. */
const KEYWORDS = 'null'

/** How a transformation renames fields, or undefined where it renames none. */
export function renamingOf(step: Step): Renaming | undefined {
  switch (step.type) {
    case 'field_name_mapping':
      return (field) => {
        const key = field ?? KEYWORDS
        return Object.hasOwn(step.mapping, key) ? listOf(step.mapping[key]) : undefined
      }
    case 'field_name_prefix_mapping':
      return (field) => {
        if (field === undefined) return undefined
        const found = Object.entries(step.mapping).find(([prefix]) => field.startsWith(prefix))
        if (found === undefined) return undefined
        const [prefix, prefixes] = found
        return listOf(prefixes).map((other) => other + field.slice(prefix.length))
      }
    case 'field_name_prefix':
      return (field) => (field === undefined ? undefined : [step.prefix + field])
    case 'field_name_suffix':
      return (field) => (field === undefined ? undefined : [field + step.suffix])
    default:
      return undefined
  }
}

/**
 * Renames fields wherever a rule names them: in items, in references, in `fields`, and in the
 * grouping, the aliases and the condition of a correlation. Several names for one field become
 * alternatives.
 *
 * @throws RuleRefusal where a place can hold one name only, or a field would have none.
 */
export function renameFields(use: PipelineStep, renaming: Renaming, rule: RuleState): void {
  const namesOf = (field: string): readonly string[] => {
    const names = concernsField(use, field, rule) ? renaming(field) : undefined
    if (names === undefined) return [field]
    track(rule, field, names, use.step.id)
    return names
  }
  const { fields } = rule.plain
  if (Array.isArray(fields)) rule.plain['fields'] = fields.flatMap((one) => namesIn(one, namesOf))
  if (rule.isCorrelation) renameCorrelation(rule, namesOf)
  for (const [name, detection] of rule.detections) {
    const renamed = mapItems(detection, (item) => renamedItem(item, use, renaming, rule, namesOf))
    if (renamed !== undefined) rule.detections.set(name, renamed)
  }
}

function renamedItem(
  item: Item,
  use: PipelineStep,
  renaming: Renaming,
  rule: RuleState,
  namesOf: (field: string) => readonly string[],
): Detection {
  if (!concernsItem(use, item, rule)) return item
  const referring = item.modifiers.includes('fieldref')
    ? { ...item, values: item.values.flatMap((value) => namesIn(value, namesOf)) }
    : item
  const isReferenceChanged = referring.values.some((value, index) => value !== item.values[index])
  const names = concernsField(use, item.field, rule) ? renaming(item.field) : undefined
  if (names === undefined) {
    return isReferenceChanged ? markApplied(referring, use.step.id) : item
  }
  const [only] = names
  if (only === undefined) throw new RuleRefusal(`the field "${item.field ?? ''}" gets no name`)
  const base = item.field === undefined ? findableAnywhere(referring) : referring
  const renamed = names.map((field): Item => ({ ...base, field }))
  const [first] = renamed
  return markApplied(
    renamed.length === 1 && first !== undefined ? first : { kind: 'or', of: renamed },
    use.step.id,
  )
}

/** A keyword stands anywhere in an event; in a field it must stand anywhere in the field. */
function findableAnywhere(item: Item): Item {
  if (item.modifiers.some((modifier) => modifier !== 'all' && modifier !== 'cased')) return item
  const values = item.values.map((value) =>
    typeof value === 'string' ? printText(contained(readText(value, false))) : value,
  )
  const isAllOfOne = values.length === 1
  const modifiers = item.modifiers.filter((modifier) => modifier !== 'all' || !isAllOfOne)
  return { ...item, modifiers, values }
}

function renameCorrelation(rule: RuleState, namesOf: (field: string) => readonly string[]): void {
  const given = rule.plain['correlation']
  if (!isRecord(given)) return
  const correlation: Record<string, unknown> = { ...given }
  const one = (field: unknown): unknown => {
    if (typeof field !== 'string') return field
    const names = namesOf(field)
    if (names.length === 1) return names[0]
    throw new RuleRefusal(`"${field}" must get one name: a correlation cannot choose`)
  }
  const { aliases, condition } = given
  const groupBy = given['group-by']
  if (isRecord(aliases)) {
    correlation['aliases'] = mapValues(aliases, (alias) =>
      isRecord(alias) ? mapValues(alias, one) : alias,
    )
  }
  const isAlias = (field: unknown): boolean =>
    isRecord(aliases) && typeof field === 'string' && Object.hasOwn(aliases, field)
  if (groupBy !== undefined && groupBy !== null) {
    correlation['group-by'] = (Array.isArray(groupBy) ? groupBy : [groupBy]).flatMap(
      (field: unknown) => (isAlias(field) ? [field] : namesIn(field, namesOf)),
    )
  }
  if (isRecord(condition) && Object.hasOwn(condition, 'field')) {
    const { field } = condition
    const renamed = Array.isArray(field) ? field.map(one) : one(field)
    correlation['condition'] = { ...condition, field: renamed }
  }
  rule.plain['correlation'] = correlation
}

/** Remembers which pipeline items led to a field name. */
function track(rule: RuleState, from: string, to: readonly string[], id: string | undefined): void {
  if (to.length === 1 && to[0] === from) return
  const before = rule.appliedIdsByField.get(from) ?? []
  const ids = new Set([...before, ...(id === undefined ? [] : [id])])
  if (!to.includes(from)) rule.appliedIdsByField.delete(from)
  for (const name of to) {
    rule.appliedIdsByField.set(name, new Set([...(rule.appliedIdsByField.get(name) ?? []), ...ids]))
  }
}

function namesIn(field: unknown, namesOf: (field: string) => readonly string[]): unknown[] {
  return typeof field === 'string' ? [...namesOf(field)] : [field]
}

function mapValues(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

function listOf(names: string | readonly string[] | undefined): readonly string[] {
  return typeof names === 'string' ? [names] : (names ?? [])
}
