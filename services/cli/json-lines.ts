import { loadSchemas } from '#adapters/avro/schemas.ts'
import { compileJsonForm, type JsonForm } from '#domain/json-form.ts'
import type { Records } from '#domain/records/index.ts'
import type { SchemaName } from '#domain/topics.ts'

const FORMS = new Map<SchemaName, unknown>()

/** The JSON form of a schema, compiled once. */
export function formOf<N extends SchemaName>(schema: N): JsonForm<Records[N]> {
  const known = FORMS.get(schema) as JsonForm<Records[N]> | undefined
  const form = known ?? compileJsonForm<Records[N]>(loadSchemas().get(schema) ?? {})
  FORMS.set(schema, form)
  return form
}
