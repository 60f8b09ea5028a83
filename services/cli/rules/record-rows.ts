import { loadSchemas } from '#adapters/avro/schemas.ts'
import { Fault } from '#domain/fault.ts'
import type { Records } from '#domain/records/index.ts'
import type { SchemaName } from '#domain/topics.ts'
import { formOf } from '../json-lines.ts'

/** A row as the evidence gives it: 64-bit integers and times as text, its own columns with `_`. */
export type Row = Readonly<Record<string, unknown>>

type Schema = string | readonly Schema[] | NamedSchema
type NamedSchema = {
  type: Schema
  items?: Schema
  values?: Schema
  fields?: readonly { name: string; type: Schema }[]
}

const NUMBER_TYPES: ReadonlySet<Schema> = new Set(['int', 'long', 'float', 'double'])

/**
 * The record a row was made from. A list or map that was null comes back null only where the
 * schema allows it: the evidence holds both as empty.
 *
 * @throws Fault QUERY_REFUSED where the row is none of the schema.
 */
export function recordOfRow<N extends SchemaName>(schema: N, row: Row): Records[N] {
  const read = formOf(schema).fromJson(jsonOf(row, loadedSchemas().get(schema) as Schema))
  if (read.ok) return read.value
  const problem = `${read.reason} ${read.field}`.trim()
  throw new Fault('QUERY_REFUSED', `The evidence holds a row that is no ${schema}: ${problem}`)
}

let schemas: Map<SchemaName, object> | undefined

function loadedSchemas(): Map<SchemaName, object> {
  schemas ??= loadSchemas()
  return schemas
}

/** A column's value as the JSON form has it; undefined for nothing. */
function jsonOf(value: unknown, schema: Schema): unknown {
  if (value === null || value === undefined) return undefined
  if (Array.isArray(schema)) {
    const [other = 'null'] = schema.filter((member: Schema) => member !== 'null')
    return isEmpty(value) ? undefined : jsonOf(value, other)
  }
  if (NUMBER_TYPES.has(schema)) return typeof value === 'string' ? Number(value) : value
  if (typeof schema === 'string') return value
  const { type, items, values, fields } = schema as NamedSchema
  if (items !== undefined) return (value as unknown[]).map((one) => jsonOf(one, items))
  if (values !== undefined) return mapped(value as Row, () => values)
  if (fields !== undefined) {
    const types = new Map(fields.map((field) => [field.name, field.type]))
    return mapped(value as Row, (name) => types.get(name))
  }
  const isTime = Object.hasOwn(schema, 'logicalType')
  return isTime ? value : jsonOf(value, type)
}

function mapped(row: Row, schemaOf: (name: string) => Schema | undefined): Row {
  const members = Object.entries(row).flatMap(([name, value]) => {
    const schema = schemaOf(name)
    const json = schema === undefined ? undefined : jsonOf(value, schema)
    return json === undefined ? [] : [[name, json] as const]
  })
  return Object.fromEntries(members)
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
