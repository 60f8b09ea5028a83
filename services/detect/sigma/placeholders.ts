import { RuleRefusal } from '#sigma/refusal.ts'

/** What `%name%` stands for under the modifier `expand`. */
export type Placeholders = Readonly<Record<string, readonly (string | number)[]>>

const PLACEHOLDER = /%([A-Za-z0-9_.-]+)%/
const EXPANSIONS_MAX_COUNT = 10_000

/**
 * The values a text with placeholders stands for: every combination of theirs.
 *
 * @throws RuleRefusal for a placeholder that nothing defines.
 */
export function expandPlaceholders<Other>(
  value: string | Other,
  placeholders: Placeholders,
): (string | Other)[] {
  if (typeof value !== 'string') return [value]
  const found = PLACEHOLDER.exec(value)
  if (found === null) return [value]
  const [whole, name = ''] = found
  const values = Object.hasOwn(placeholders, name) ? (placeholders[name] ?? []) : []
  if (values.length === 0) throw new RuleRefusal(`the placeholder "%${name}%" is not defined`)
  if (whole === value) return values.map(String)
  const before = value.slice(0, found.index)
  const rests = expandPlaceholders(value.slice(found.index + whole.length), placeholders)
  if (rests.length * values.length > EXPANSIONS_MAX_COUNT) {
    throw new RuleRefusal('the placeholders give too many values')
  }
  return values.flatMap((one) => rests.map((rest) => `${before}${one}${rest}`))
}
