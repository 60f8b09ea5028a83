import type { Item } from './pipeline-detection.ts'
import { comparesText, foldedValues, withFolded } from './pipeline-folding.ts'
import type { Folded } from './pipeline-folding.ts'
import { replaceInLiterals, replaceInVisible } from './pipeline-replace.ts'
import type { EditsOf } from './pipeline-replace.ts'
import type { Step, StepOf } from './pipeline-schema.ts'
import type { PipelineStep } from './pipeline-state.ts'
import { joinedText, mapLiterals, readText, visibleText } from './pipeline-text.ts'
import { RuleRefusal } from './refusal.ts'

/**
 * The item as a transformation of values leaves it; undefined where it does not concern the item.
 * Modifiers count as applied: `contains: x` is seen as `*x*`. Values under `windash`, `re` and the
 * other modifiers that make no plain string are left as they are.
 *
 * @throws RuleRefusal for a value that cannot become a number.
 */
export function changeValues(use: PipelineStep, item: Item): Item | undefined {
  const { step } = use
  if (step.type === 'set_value') return withValue(item, settledValue(step))
  if (step.type === 'regex') return withExactCase(step, item)
  const change = changeOf(use)
  if (change === undefined || !comparesText(item)) return undefined
  let isUsed = false
  const values = foldedValues(item).flatMap((value) => {
    const changed = change(value)
    if (changed !== undefined) isUsed = true
    return changed ?? [value]
  })
  return isUsed ? withFolded(item, values) : undefined
}

/** @throws RuleRefusal for a forced type the value cannot have. */
export function settledValue({ value, force_type: forced }: StepOf<'set_value'>): unknown {
  if (forced === undefined) return value
  if (value === null || typeof value === 'boolean') {
    throw new RuleRefusal('force_type is for text and numbers')
  }
  return forced === 'str' ? String(value) : numberIn(String(value))
}

/** What a value becomes: other values, or undefined where it is not concerned. */
type Change = (value: Folded) => readonly Folded[] | undefined

function changeOf(use: PipelineStep): Change | undefined {
  const { step } = use
  switch (step.type) {
    case 'replace_string':
      return (value) => replaced(use, step, value)
    case 'map_string':
      return (value) => mapped(step.mapping, value)
    case 'case':
      return (value) =>
        'text' in value
          ? [{ text: mapLiterals(value.text, (text) => [{ text: inCase(text, step.method) }]) }]
          : undefined
    case 'convert_type':
      return (value) => converted(value, step.target_type)
    default:
      return undefined
  }
}

/** A number is replaced in as its digits are, and stays a number where nothing matches. */
function replaced(
  use: PipelineStep,
  step: StepOf<'replace_string'>,
  value: Folded,
): readonly Folded[] | undefined {
  if (!('text' in value) && typeof value.plain !== 'number') return undefined
  const text = 'text' in value ? value.text : { pieces: [{ text: String(value.plain) }] }
  const regex = use.regexOf(step.regex)
  const editsOf: EditsOf = (seen) =>
    regex
      .editsOf(seen, use.replacement)
      .filter(({ start, end, text: put }) => put !== seen.slice(start, end))
  const changed = step.skip_special
    ? replaceInLiterals(text, editsOf, step.interpret_special)
    : replaceInVisible(text, editsOf)
  return [changed === undefined ? value : { text: changed }]
}

function mapped(
  mapping: Readonly<Record<string, string | readonly string[]>>,
  value: Folded,
): readonly Folded[] | undefined {
  if (!('text' in value)) return undefined
  const key = visibleText(value.text)
  const found = Object.hasOwn(mapping, key) ? mapping[key] : undefined
  if (found === undefined) return undefined
  const texts = typeof found === 'string' ? [found] : found
  return texts.map((text) => ({ text: readText(text, false) }))
}

function inCase(text: string, method: StepOf<'case'>['method']): string {
  if (method === 'upper') return text.toUpperCase()
  const parted = method === 'snake_case' ? text.replace(/(?<!^)(?=[A-Z])/g, '_') : text
  return parted.toLowerCase()
}

function converted(value: Folded, target: 'str' | 'num'): readonly Folded[] | undefined {
  if ('plain' in value && value.plain === null) return undefined
  if (target === 'num') {
    const text = 'text' in value ? visibleText(value.text) : String(value.plain)
    return [{ plain: numberIn(text) }]
  }
  if ('text' in value) return [value]
  return [{ text: joinedText([{ text: String(value.plain) }]) }]
}

function numberIn(text: string): number {
  const number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN
  if (!Number.isFinite(number)) throw new RuleRefusal('a value cannot be made a number')
  return number
}

/** Every value is the same one then: a list would say nothing more. */
function withValue(item: Item, value: unknown): Item {
  const modifiers = item.modifiers.filter((modifier) => modifier === 'neq')
  return { ...item, modifiers, values: [value], isList: false }
}

/** Strings ignore case here already, so only the case-sensitive method says anything new. */
function withExactCase(step: Step, item: Item): Item | undefined {
  if (!comparesText(item) || !item.values.some((value) => typeof value === 'string'))
    return undefined
  const isExact = step.type === 'regex' && step.method === 'plain'
  if (!isExact || item.modifiers.includes('cased')) return item
  return { ...item, modifiers: [...item.modifiers, 'cased'] }
}
