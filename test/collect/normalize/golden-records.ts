import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { Framer } from '../../../services/collect/framing.ts'
import type { Format } from '../../../services/collect/normalize/format.ts'
import { GOLDEN_CASES } from './golden-cases.ts'

const RECORD_MAX_BYTES = 1024 * 1024

/** The golden files of a format, in the order of the table. */
export function goldenFiles({ name }: Format): string[] {
  return GOLDEN_CASES.filter(({ format }) => format === name).map(({ file }) => file)
}

/** The records of a golden file, cut as a source cuts them. */
export function goldenRecords({ name, framing }: Format, file: string): Buffer[] {
  const framer = new Framer(framing, RECORD_MAX_BYTES)
  const frames = [...framer.push(readFileSync(goldenPath(`${name}/${file}`))), ...framer.end()]
  return frames.map(({ bytes }) => {
    if (bytes === undefined) throw new TypeError(`${name}/${file} has a record too long to hold`)
    return bytes
  })
}

/** Where lies what a golden file must read as. */
export function expectedPath(format: string, file: string): string {
  return goldenPath(expectedName(`${format}/${file}`))
}

/** Every file that the table asks for, as `<format>/<file>`. */
export function goldenFilesAsked(): string[] {
  return GOLDEN_CASES.flatMap(({ format, file }) => [
    `${format}/${file}`,
    expectedName(`${format}/${file}`),
  ])
}

/** Every file there is, named alike. */
export function goldenFilesThere(): string[] {
  return readdirSync(goldenPath('.')).flatMap((format) =>
    readdirSync(goldenPath(format)).map((file) => `${format}/${file}`),
  )
}

function expectedName(file: string): string {
  return file.replace(/\.\w+$/, '.expected.ndjson')
}

function goldenPath(file: string): string {
  return fileURLToPath(new URL(`golden/${file}`, import.meta.url))
}
