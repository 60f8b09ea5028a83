import type { SchemaName } from '#domain/topics.ts'
import type { Format } from './format.ts'
import { DATA_FORMATS } from './data/formats.ts'
import { MODEL_FORMATS } from './model/formats.ts'
import { NETWORK_FORMATS } from './network/formats.ts'
import { tocsinFormat } from './tocsin.ts'

/** Every format of logs there is, by its name, given the current schemas. */
export function compileFormats(
  schemas: ReadonlyMap<SchemaName, object>,
): ReadonlyMap<string, Format> {
  const formats: readonly Format[] = [
    tocsinFormat(schemas),
    ...DATA_FORMATS,
    ...NETWORK_FORMATS,
    ...MODEL_FORMATS,
  ]
  return new Map(formats.map((format) => [format.name, format]))
}
