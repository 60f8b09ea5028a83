import type { Condition } from './condition.ts'

/** Writes a condition that reads as the same one, without patterns of names. */
export function printCondition(condition: Condition): string {
  if (condition.kind === 'selection') return condition.name
  if (condition.kind === 'not') return `not ${printOperand(condition.of)}`
  return condition.of.map(printOperand).join(` ${condition.kind} `)
}

/** The condition with each name exchanged. Undefined takes the name out of what it stands in. */
export function replaceNames(
  condition: Condition,
  replacementOf: (name: string) => Condition | undefined,
): Condition | undefined {
  if (condition.kind === 'selection') return replacementOf(condition.name)
  if (condition.kind === 'not') {
    const inner = replaceNames(condition.of, replacementOf)
    return inner === undefined ? undefined : { kind: 'not', of: inner }
  }
  const parts = condition.of.flatMap((part) => replaceNames(part, replacementOf) ?? [])
  const [only] = parts
  return parts.length < 2 ? only : { kind: condition.kind, of: parts }
}

/** The opposite of a condition; the opposite of a `not` is what stands in it. */
export function negated(condition: Condition): Condition {
  return condition.kind === 'not' ? condition.of : { kind: 'not', of: condition }
}

function printOperand(condition: Condition): string {
  const isGroup = condition.kind === 'and' || condition.kind === 'or'
  return isGroup ? `(${printCondition(condition)})` : printCondition(condition)
}
