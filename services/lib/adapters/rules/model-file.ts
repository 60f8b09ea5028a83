import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { Fault } from '#domain/fault.ts'

const BUNDLED_FILE = fileURLToPath(new URL('../../../detect/model/followed.json', import.meta.url))

/**
 * The model of followed instructions as JSON: of a file where one is set, else the bundled one.
 * `read` makes a model of it.
 *
 * @throws Fault BAD_SETTINGS where it cannot be read or is no model.
 */
export function readModelFile<Model>(
  path: string | undefined,
  read: (json: unknown) => Model,
): Model {
  const file = path ?? BUNDLED_FILE
  try {
    return read(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    const why = cause instanceof RangeError ? cause.message : 'it cannot be read as JSON'
    throw new Fault('BAD_SETTINGS', `${file} is no model of \`tocsin train\`: ${why}`, { cause })
  }
}
