import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import avro from 'avsc'

type Nested = {
  type: unknown
  fields?: { name: string; type: unknown }[]
  items?: unknown
  values?: unknown
  logicalType?: string
}

const NUMBERS = new Set(['int', 'long'])
const SCHEMA_DIRECTORY = fileURLToPath(new URL('.', import.meta.url))

/** Every current schema, by name. */
export function currentSchemas(): Map<string, object> {
  const files = readdirSync(SCHEMA_DIRECTORY).filter((file) => file.endsWith('.avsc'))
  return new Map(files.sort().map((file) => [file.replace('.avsc', ''), readSchema(file)]))
}

/** The versions a schema ever had, oldest first. */
export function schemaHistory(name: string): object[] {
  if (!existsSync(`${SCHEMA_DIRECTORY}/history/${name}`)) return []
  const files = readdirSync(`${SCHEMA_DIRECTORY}/history/${name}`)
  const versions = files.map((file) => Number(file.replace('.avsc', ''))).sort((a, b) => a - b)
  return versions.map((version) => readSchema(`history/${name}/${version}.avsc`))
}

/** Names that have a history, whether or not the schema is still there. */
export function recordedNames(): string[] {
  return existsSync(`${SCHEMA_DIRECTORY}/history`)
    ? readdirSync(`${SCHEMA_DIRECTORY}/history`).sort()
    : []
}

/** Why `reader` cannot read what was written with `writer`; undefined when it can. */
export function incompatibility(reader: object, writer: object): string | undefined {
  try {
    avro.Type.forSchema(reader as avro.Schema).createResolver(
      avro.Type.forSchema(writer as avro.Schema),
    )
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const before = logicalTypes(writer)
  for (const [path, logicalType] of logicalTypes(reader))
    if ((before.get(path) ?? logicalType) !== logicalType)
      return `${path} changes from ${before.get(path)} to ${logicalType}`
  return undefined
}

/** What each field's numbers mean, by path: Avro's own resolution does not look at it. */
function logicalTypes(schema: unknown, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  const add = (inner: unknown, innerPath: string): void => {
    for (const entry of logicalTypes(inner, innerPath)) found.set(...entry)
  }
  if (Array.isArray(schema)) for (const member of schema) add(member, path)
  else if (typeof schema === 'string' && NUMBERS.has(schema)) found.set(path, 'a plain number')
  else if (typeof schema === 'object' && schema !== null) {
    const { type, fields = [], items, values, logicalType } = schema as Nested
    if (logicalType === undefined) add(type, path)
    else found.set(path, logicalType)
    for (const field of fields) add(field.type, `${path}/${field.name}`)
    add(items, path)
    add(values, path)
  }
  return found
}

function readSchema(path: string): object {
  return JSON.parse(readFileSync(`${SCHEMA_DIRECTORY}/${path}`, 'utf8')) as object
}
