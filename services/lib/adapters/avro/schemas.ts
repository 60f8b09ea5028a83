import { readdirSync, readFileSync } from 'node:fs'

import { TOPICS, type SchemaName } from '#domain/topics.ts'

const SCHEMA_DIRECTORY = new URL('../../../../schemas/', import.meta.url)

/** The current schemas, by name, as parsed Avro JSON. */
export function loadSchemas(): Map<SchemaName, object> {
  const names = new Set(TOPICS.flatMap(({ schema }) => schema ?? []))
  return new Map([...names].map((name) => [name, readSchema(`${name}.avsc`)]))
}

/** Every schema ever current, oldest first within a name: what old records may be written with. */
export function loadSchemaHistory(): object[] {
  const history = new URL('history/', SCHEMA_DIRECTORY)
  return readdirSync(history, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.avsc'))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((name) => readSchema(`history/${name}`))
}

function readSchema(name: string): object {
  return JSON.parse(readFileSync(new URL(name, SCHEMA_DIRECTORY), 'utf8')) as object
}
