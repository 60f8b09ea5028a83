import type { Item } from './pipeline-detection.ts'
import type { StepOf } from './pipeline-schema.ts'
import type { RuleState } from './pipeline-state.ts'
import { joinedText, printText, readText } from './pipeline-text.ts'
import type { Piece } from './pipeline-text.ts'
import { RuleRefusal } from './refusal.ts'

const VALUES_MAX_COUNT = 10_000

type PlaceholderStep = StepOf<'value_placeholders' | 'wildcard_placeholders'>

/**
 * The item with placeholders exchanged for the pipeline's variables, every combination of them, or
 * for `*`. One that the step leaves out stays, and so does `expand` then.
 *
 * @throws RuleRefusal for a placeholder no variable stands for.
 */
export function resolvePlaceholders(
  step: PlaceholderStep,
  item: Item,
  rule: RuleState,
): Item | undefined {
  if (!item.modifiers.includes('expand')) return undefined
  const isRegex = item.modifiers.includes('re')
  const standIns = (name: string): readonly Piece[][] | undefined => {
    const isLeft = step.exclude?.includes(name) ?? step.include?.includes(name) === false
    if (isLeft) return undefined
    if (step.type === 'wildcard_placeholders') return [[isRegex ? { text: '.*' } : '*']]
    return variable(rule, name).map((text) =>
      isRegex ? [{ text }] : [...readText(text, false).pieces],
    )
  }
  let isUsed = false
  const resolved = item.values.flatMap((value) => {
    if (typeof value !== 'string') return [{ written: value, hasPlaceholder: false }]
    const source = isRegex ? regexPieces(value) : readText(value, true).pieces
    const texts = combinations(source, standIns)
    isUsed ||= source.some((piece) => isPlaceholder(piece) && standIns(piece.placeholder))
    return texts.map((pieces) => {
      const hasPlaceholder = pieces.some(isPlaceholder)
      const written = isRegex ? rawText(pieces) : printText(joinedText(pieces))
      return { written, hasPlaceholder }
    })
  })
  if (!isUsed) return undefined
  const isDone = resolved.every(({ hasPlaceholder }) => !hasPlaceholder)
  const modifiers = item.modifiers.filter((modifier) => modifier !== 'expand' || !isDone)
  const values = resolved.map(({ written }) => written)
  return { ...item, modifiers, values, isList: item.isList || values.length > 1 }
}

function combinations(
  pieces: readonly Piece[],
  standIns: (name: string) => readonly (readonly Piece[])[] | undefined,
): Piece[][] {
  let texts: Piece[][] = [[]]
  for (const piece of pieces) {
    const choices = isPlaceholder(piece) ? (standIns(piece.placeholder) ?? [[piece]]) : [[piece]]
    if (texts.length * choices.length > VALUES_MAX_COUNT) {
      throw new RuleRefusal('the placeholders stand for too many values')
    }
    texts = texts.flatMap((before) => choices.map((after) => [...before, ...after]))
  }
  return texts
}

function variable(rule: RuleState, name: string): string[] {
  const given = Object.hasOwn(rule.variables, name) ? rule.variables[name] : undefined
  if (given === undefined) throw new RuleRefusal(`no variable is named "${name}"`)
  const values: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (values.length === 0) throw new RuleRefusal(`the variable "${name}" has no value`)
  return values.map((value) => {
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw new RuleRefusal(`the variable "${name}" has a value that is no text and no number`)
  })
}

/** A regular expression has its own escapes: only placeholders are read in it. */
function regexPieces(value: string): Piece[] {
  return value
    .split(/%([\w.-]+)%/)
    .map((part, index) => (index % 2 === 0 ? { text: part } : { placeholder: part }))
}

function rawText(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece
      return 'text' in piece ? piece.text : `%${piece.placeholder}%`
    })
    .join('')
}

function isPlaceholder(piece: Piece): piece is { placeholder: string } {
  return typeof piece === 'object' && 'placeholder' in piece
}
