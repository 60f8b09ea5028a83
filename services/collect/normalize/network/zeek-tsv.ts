import { isUtf8 } from 'node:buffer'

import type { JsonObject } from '#domain/json-form.ts'
import type { Format, FormatReader, Reading } from '../format.ts'
import { refuse } from '../reject.ts'
import { HostMemory } from './host-memory.ts'
import { HEADER, unpackMemory } from './network-reading.ts'
import { zeekLogOf, zeekReading } from './zeek-record.ts'

/**
 * Zeek's own form: columns between tabs, named by the header of the file. Reading goes on in the
 * middle of a file with the header that the reader remembers.
 */
export const ZEEK_TSV: Format = {
  name: 'zeek-tsv',
  title: "Zeek logs in Zeek's own form with a header: conn, dns, ssl, http",
  framing: 'line',
  latenessUs: 300_000_000,
  open: (memory) => new ZeekTsvReader(memory),
}

/** What the lines with `#` say of those that follow. */
type Heading = {
  separator: string
  setSeparator: string
  empty: string
  unset: string
  path: string
  names: string[]
  types: string[]
}

const BLANK: Heading = {
  separator: '\t',
  setSeparator: ',',
  empty: '(empty)',
  unset: '-',
  path: '',
  names: [],
  types: [],
}
const LINE_MAX_BYTES = 1024 * 1024
const COLUMNS_MAX_COUNT = 256
const HEADER_MAX_CHARS = 8_192
const ESCAPE = /\\x([0-9a-fA-F]{2})/g
const NUMBER = /^-?\d{1,16}(?:\.\d{1,9})?$/
const NUMERIC: ReadonlySet<string> = new Set(['count', 'int', 'port', 'double', 'interval'])

class ZeekTsvReader implements FormatReader {
  readonly #hosts: HostMemory
  #heading: Heading

  constructor(memory: string | undefined) {
    const { heading, hosts } = unpackMemory(memory)
    this.#hosts = new HostMemory(hosts)
    this.#heading = headingOf(heading)
  }

  read(record: Buffer): Reading {
    if (record.length > LINE_MAX_BYTES)
      return refuse('LINE_TOO_LONG', `the limit is ${LINE_MAX_BYTES} bytes`)
    if (!isUtf8(record)) return refuse('INVALID_UTF8', '')
    const line = record.toString('utf8').replace(/\r?\n$/, '')
    if (line.startsWith('#')) return this.#readHeader(line)
    const { names, path, separator } = this.#heading
    if (names.length === 0) return refuse('MISSING_FIELD', 'header')
    const cells = line.split(separator)
    if (cells.length !== names.length) return refuse('WRONG_TYPE', 'columns')
    const json = this.#jsonOf(cells)
    if (json === undefined) return refuse('WRONG_TYPE', 'columns')
    return zeekReading(zeekLogOf(path, json), json, this.#hosts)
  }

  memory(): string {
    return JSON.stringify({ heading: this.#heading, hosts: this.#hosts.pack() })
  }

  #readHeader(line: string): Reading {
    if (line.length > HEADER_MAX_CHARS) return refuse('OUT_OF_RANGE', 'header')
    const { separator } = this.#heading
    const at = line.startsWith('#separator ') ? ' ' : separator
    const [name = '', ...values] = line.split(at)
    const [value = ''] = values
    if (name === '#separator') this.#heading = { ...BLANK, separator: unescaped(value) || '\t' }
    else if (name === '#set_separator') this.#heading.setSeparator = value || ','
    else if (name === '#empty_field') this.#heading.empty = value
    else if (name === '#unset_field') this.#heading.unset = value
    else if (name === '#path') this.#heading.path = value
    else if (values.length > COLUMNS_MAX_COUNT) return refuse('OUT_OF_RANGE', 'header')
    else if (name === '#fields') this.#heading.names = values
    else if (name === '#types') this.#heading.types = values
    return HEADER
  }

  /** The cells as Zeek's JSON has them; undefined where a number is none. */
  #jsonOf(cells: readonly string[]): JsonObject | undefined {
    const { names, types, unset, empty, setSeparator } = this.#heading
    const json: JsonObject = {}
    for (const [index, cell] of cells.entries()) {
      const name = names[index] ?? ''
      const type = types[index] ?? 'string'
      if (cell === unset || name === '__proto__') continue
      if (type.startsWith('vector[') || type.startsWith('set[')) {
        const items = cell === empty ? [] : cell.split(setSeparator)
        const inner = type.slice(type.indexOf('[') + 1, -1)
        json[name] = items.map((item) => (NUMERIC.has(inner) ? Number(item) : unescaped(item)))
      } else if (NUMERIC.has(type)) {
        if (!NUMBER.test(cell)) return undefined
        json[name] = Number(cell)
      } else json[name] = cell === empty ? '' : unescaped(cell)
    }
    return json
  }
}

/** Zeek writes bytes that would break a line as `\x09`. */
function unescaped(text: string): string {
  if (!text.includes('\\x')) return text
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function headingOf(packed: unknown): Heading {
  if (typeof packed !== 'object' || packed === null) return { ...BLANK }
  const heading = { ...BLANK, ...(packed as Partial<Heading>) }
  const texts = [heading.separator, heading.setSeparator, heading.empty, heading.unset]
  const isWhole =
    [...texts, heading.path].every((text) => typeof text === 'string') &&
    [heading.names, heading.types].every(
      (list) => Array.isArray(list) && list.every((name) => typeof name === 'string'),
    )
  return isWhole && heading.separator !== '' ? heading : { ...BLANK }
}
