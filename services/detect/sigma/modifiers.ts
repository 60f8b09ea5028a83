import { expressionFlag } from './expression.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import type { Field, Item } from './rule.ts'
import { KINDS, isOrder, isPlacing, valueTest } from './value-test.ts'
import type { Comparison, Scalar } from './value-test.ts'

const VALUES_MAX_COUNT = 10_000
/** Sigma has them; this engine does not. */
const NOT_SUPPORTED: ReadonlySet<string> = new Set(
  `neq windash expand fieldref base64 base64offset wide utf16 utf16le utf16be minute hour day week
  month year`.split(/\s+/),
)

type Modifiers = Comparison & { isAll: boolean }

/**
 * Reads one entry of a selection: `field|modifier: value`, or a list of values. `fieldOf` finds how
 * the field is read.
 *
 * @throws RuleRefusal for an unknown field, modifier or combination, or a value of another shape.
 */
export function parseItem(key: string, value: unknown, fieldOf: (name: string) => Field): Item {
  const [name = '', ...words] = key.split('|')
  if (name === '') throw new RuleRefusal('keywords without a field are not supported')
  const modifiers = readModifiers(words)
  const values = readValues(value)
  if (modifiers.isAll && values.length < 2) throw new RuleRefusal('"all" needs a list of values')
  return {
    field: fieldOf(name),
    quantifier: modifiers.isAll ? 'all' : 'any',
    ordered: isOrder(modifiers.kind),
    tests: values.map((scalar) => valueTest(scalar, modifiers)),
  }
}

function readModifiers(words: readonly string[]): Modifiers {
  let kind = 'equals'
  const modifiers = { isCased: false, isAll: false, flags: '' }
  for (const word of words) {
    const flag = kind === 're' ? expressionFlag(word) : undefined
    if (flag !== undefined) modifiers.flags += flag
    else if (word === 'cased') modifiers.isCased = true
    else if (word === 'all') modifiers.isAll = true
    else if (NOT_SUPPORTED.has(word)) throw new RuleRefusal(`"${word}" is not supported`)
    else if (!KINDS.has(word)) throw new RuleRefusal(`there is no modifier "${word}"`)
    else if (kind !== 'equals') throw new RuleRefusal(`"${kind}" and "${word}" exclude each other`)
    else kind = word
  }
  if (modifiers.isCased && kind !== 'equals' && !isPlacing(kind)) {
    throw new RuleRefusal(`"cased" says nothing after "${kind}"`)
  }
  if (kind === 'exists' && words.length > 1) throw new RuleRefusal('"exists" stands alone')
  return { kind, ...modifiers }
}

function readValues(value: unknown): Scalar[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) throw new RuleRefusal('the list of values is empty')
  if (values.length > VALUES_MAX_COUNT) throw new RuleRefusal('the list of values is too long')
  if (values.length > 1 && values.includes(null)) {
    throw new RuleRefusal('null cannot stand in a list')
  }
  return values.map((one) => {
    if (one === null || typeof one === 'string' || typeof one === 'boolean') return one
    if (typeof one === 'number' && Number.isFinite(one)) return one
    throw new RuleRefusal('a value is text, a number, true, false or null')
  })
}
