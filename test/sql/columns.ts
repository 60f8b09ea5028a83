type Field = { name: string; type: Schema }
type Named = {
  type: string
  items?: Schema
  values?: Schema
  fields?: Field[]
  logicalType?: string
}
type Schema = string | Schema[] | Named

/** A column as ClickHouse names its type. */
export type Column = { name: string; type: string }

const PRIMITIVES: Record<string, string> = {
  string: 'String',
  boolean: 'Bool',
  int: 'Int32',
  long: 'Int64',
  double: 'Float64',
}

/** The columns an Avro record needs in ClickHouse, in its order, after where it lay on the log. */
export function columnsOf(schema: { fields: Field[] }): Column[] {
  const place = ['_partition', '_offset'].map((name) => ({ name, type: 'Int64' }))
  return [...place, ...schema.fields.map(({ name, type }) => ({ name, type: typeOf(type) }))]
}

function typeOf(schema: Schema): string {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? named.get(schema) ?? 'unknown'
  if (Array.isArray(schema)) {
    const type = typeOf(schema.find((member) => member !== 'null') ?? 'null')
    return /^(Array|Map|Tuple)\(/.test(type) ? type : `Nullable(${type})`
  }
  if (schema.logicalType === 'timestamp-micros') return `DateTime64(6, 'UTC')`
  if (schema.type === 'array') return `Array(${typeOf(schema.items ?? 'null')})`
  if (schema.type === 'map') return `Map(String, ${typeOf(schema.values ?? 'null')})`
  if (schema.type === 'enum') return remember(schema, 'String')
  if (schema.fields !== undefined) {
    const fields = schema.fields.map((field) => `${field.name} ${typeOf(field.type)}`)
    return remember(schema, `Tuple(${fields.join(', ')})`)
  }
  return PRIMITIVES[schema.type] ?? 'unknown'
}

const named = new Map<string, string>()

function remember(schema: Named, type: string): string {
  const { name } = schema as Named & { name?: string }
  if (name !== undefined) named.set(name, type)
  return type
}
