const DEPTH_MAX = 64

type AvroSchema = {
  type?: unknown
  name?: unknown
  namespace?: unknown
  items?: unknown
  values?: unknown
  fields?: unknown
  size?: unknown
}

/**
 * Whether values of a writer's schema can be decoded safely. An array whose items take no bytes
 * lets six bytes ask for two thousand million items; nesting beyond any use is refused too.
 */
export function isSafeSchema(schema: unknown): boolean {
  const named = new Map<string, unknown>()
  collectNames(schema, named, 0)
  return isSafe(schema, named, 0)
}

function isSafe(schema: unknown, named: Map<string, unknown>, depth: number): boolean {
  if (depth > DEPTH_MAX) return false
  if (Array.isArray(schema)) return schema.every((branch) => isSafe(branch, named, depth + 1))
  if (typeof schema !== 'object' || schema === null) return true
  const { type, items, values, fields } = schema as AvroSchema
  if (type === 'array' && minBytes(items, named, [], depth) === 0) return false
  if (Array.isArray(fields))
    return fields.every((field) => isSafe((field as AvroSchema).type, named, depth + 1))
  return [type, items, values].every((part) => part === undefined || isSafe(part, named, depth + 1))
}

/** The fewest bytes a value takes, counted up to 1. A record within itself counts as none. */
function minBytes(
  schema: unknown,
  named: Map<string, unknown>,
  within: readonly string[],
  depth: number,
): number {
  if (depth > DEPTH_MAX) return 0
  if (typeof schema === 'string') {
    if (schema === 'null') return 0
    const definition = definitionOf(schema, named)
    if (definition === undefined) return 1
    if (within.includes(schema)) return 0
    return minBytes(definition, named, [...within, schema], depth + 1)
  }
  if (Array.isArray(schema)) return 1
  if (typeof schema !== 'object' || schema === null) return 0
  const { type, fields, size } = schema as AvroSchema
  if (type === 'fixed') return typeof size === 'number' && size > 0 ? 1 : 0
  if (type === 'record' || type === 'error')
    return Array.isArray(fields) &&
      fields.some((field) => minBytes((field as AvroSchema).type, named, within, depth + 1) > 0)
      ? 1
      : 0
  if (type === 'array' || type === 'map' || type === 'enum') return 1
  return minBytes(type, named, within, depth + 1)
}

function definitionOf(name: string, named: Map<string, unknown>): unknown {
  return named.get(name) ?? named.get(name.slice(name.lastIndexOf('.') + 1))
}

function collectNames(schema: unknown, named: Map<string, unknown>, depth: number): void {
  if (depth > DEPTH_MAX || typeof schema !== 'object' || schema === null) return
  if (Array.isArray(schema)) {
    for (const branch of schema) collectNames(branch, named, depth + 1)
    return
  }
  const { name, type, fields, items, values } = schema as AvroSchema
  const isNamed = type === 'record' || type === 'fixed' || type === 'enum' || type === 'error'
  if (isNamed && typeof name === 'string') named.set(name.slice(name.lastIndexOf('.') + 1), schema)
  const parts = Array.isArray(fields) ? fields.map((field) => (field as AvroSchema).type) : []
  for (const part of [...parts, type, items, values]) collectNames(part, named, depth + 1)
}
