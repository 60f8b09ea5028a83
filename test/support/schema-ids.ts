import type { SchemaIds } from '#domain/codec.ts'

/** Schema ids of one test's memory: the same text gets the same id. */
export function memorySchemaIds(): SchemaIds {
  const schemas: string[] = []
  return {
    register: (_subject, schema) => {
      const text = JSON.stringify(schema)
      const known = schemas.indexOf(text)
      return Promise.resolve(known >= 0 ? known + 1 : schemas.push(text))
    },
    lookUp: (id) => {
      const text = schemas[id - 1]
      return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as object))
    },
  }
}
