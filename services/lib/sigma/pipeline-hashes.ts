import type { Detection, Item } from './pipeline-detection.ts'
import { comparesText, foldedValues } from './pipeline-folding.ts'
import type { StepOf } from './pipeline-schema.ts'
import { printText, readText, visibleText } from './pipeline-text.ts'
import { RuleRefusal } from './refusal.ts'

const NAME_BY_LENGTH: Readonly<Record<number, string>> = {
  32: 'MD5',
  40: 'SHA1',
  64: 'SHA256',
  128: 'SHA512',
}

/**
 * One item a kind of hash instead of one for all: `MD5=…`, `MD5|…`, or a bare hash by length.
 *
 * @throws RuleRefusal where no value has a kind the step names.
 */
export function splitHashes(step: StepOf<'hashes_fields'>, item: Item): Detection | undefined {
  const values = foldedValues(item)
  if (!comparesText(item) || !values.every((value) => 'text' in value)) return undefined
  const valuesByField = new Map<string, string[]>()
  for (const { text } of values) {
    const [kind, hash] = kindAndHash(visibleText(text))
    if (!step.valid_hash_algos.includes(kind)) continue
    const field = step.field_prefix + (step.drop_algo_prefix ? '' : kind)
    const written = printText(readText(hash, false))
    valuesByField.set(field, [...(valuesByField.get(field) ?? []), written])
  }
  if (valuesByField.size === 0) {
    throw new RuleRefusal(`no hash of a known kind: ${step.valid_hash_algos.join(', ')}`)
  }
  const items = [...valuesByField].map(([name, hashes]): Item => {
    const field = name === '' || name === 'keyword' ? undefined : name
    return { ...item, field, modifiers: [], values: hashes, isList: hashes.length > 1 }
  })
  const [only] = items
  return items.length === 1 && only !== undefined ? only : { kind: 'or', of: items }
}

function kindAndHash(value: string): [kind: string, hash: string] {
  const parts = value.split(value.includes('|') ? '|' : '=')
  const [first = '', second] = parts
  if (parts.length === 2 && second !== undefined) {
    return [first.replace(/^\*+/, '').toUpperCase(), second]
  }
  return [NAME_BY_LENGTH[first.length] ?? '', first]
}
