import { isObject } from '#domain/json-form.ts'

/** A value of an attribute: text, number, truth, a list, or a map. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly AttributeValue[]
  | { readonly [name: string]: AttributeValue }

export type Attributes = ReadonlyMap<string, AttributeValue>

/**
 * The attributes of OTLP's JSON (`[{key, value: {stringValue: …}}]`) by name; what has another form
 * is left out. Integers may be JSON numbers or digits, since exporters write both.
 */
export function attributesOf(list: unknown): Attributes {
  const attributes = new Map<string, AttributeValue>()
  if (!Array.isArray(list)) return attributes
  for (const entry of list) {
    if (attributes.size >= ATTRIBUTES_MAX_COUNT) break
    if (!isObject(entry) || typeof entry['key'] !== 'string') continue
    const value = anyValue(entry['value'], DEPTH_MAX)
    if (value !== undefined) attributes.set(entry['key'], value)
  }
  return attributes
}

/** The plain value of OTLP's `AnyValue`; undefined of another form, and where nested too deep. */
export function anyValue(value: unknown, depth = DEPTH_MAX): AttributeValue | undefined {
  if (!isObject(value) || depth === 0) return undefined
  // Asked one by one: nearly all are text, and to look for what is absent costs more than to find.
  const { stringValue } = value
  if (typeof stringValue === 'string') return stringValue
  const { boolValue, intValue } = value
  if (typeof boolValue === 'boolean') return boolValue
  if (intValue !== undefined) return numberOf(intValue)
  const { doubleValue } = value
  if (doubleValue !== undefined) return numberOf(doubleValue)
  const { arrayValue, kvlistValue } = value
  if (isObject(arrayValue)) return listOf(arrayValue['values'], depth)
  if (isObject(kvlistValue)) return mapOf(kvlistValue['values'], depth)
  return undefined
}

/** Text of an attribute, by the first of these names that has any. */
export function textAttribute(attributes: Attributes, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = attributes.get(name)
    if (typeof value === 'string' && value !== '')
      return value.isWellFormed() ? value : value.toWellFormed()
  }
  return null
}

/** A count of an attribute, by the first of these names that has one. */
export function countAttribute(attributes: Attributes, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = attributes.get(name)
    const count = typeof value === 'string' ? numberOf(value) : value
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count
  }
  return null
}

/** OpenInference and Traceloop write a message as hundreds of attributes. */
const ATTRIBUTES_MAX_COUNT = 4_096
const DEPTH_MAX = 16
const ITEMS_MAX_COUNT = 1_024

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function listOf(values: unknown, depth: number): AttributeValue[] {
  if (!Array.isArray(values)) return []
  const items = values.slice(0, ITEMS_MAX_COUNT).map((value) => anyValue(value, depth - 1))
  return items.filter((item) => item !== undefined)
}

function mapOf(values: unknown, depth: number): { [name: string]: AttributeValue } {
  const map: [string, AttributeValue][] = []
  if (!Array.isArray(values)) return {}
  for (const entry of values.slice(0, ITEMS_MAX_COUNT)) {
    if (!isObject(entry) || typeof entry['key'] !== 'string') continue
    const value = anyValue(entry['value'], depth - 1)
    if (value !== undefined) map.push([entry['key'], value])
  }
  return Object.fromEntries(map)
}
