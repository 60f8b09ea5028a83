import type { FormatReader, Reading } from '../../../services/collect/normalize/format.ts'
import { seededRandom } from '../../../services/lib/domain/seeded-random.ts'

const MEGABYTE = 1024 * 1024
/** Deeper than `JSON.stringify` can go, which `JSON.parse` has no trouble with. */
const NESTED = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
const PIECES = [
  '\n',
  '\r\n',
  '"',
  "'",
  ',',
  '\t',
  '\\',
  '\0',
  '{',
  '}',
  '[',
  '1.234,5',
  '\u202e',
  '💥',
]

/** A record that somebody damaged or made up, and how. */
export type HostileRecord = { why: string; record: Buffer }

/** What a hostile sender makes of one good record, whatever its format. */
export function hostileTwins(good: Buffer): HostileRecord[] {
  const text = good.toString('utf8')
  const half = Math.floor(good.length / 2)
  const twin = (why: string, record: Buffer | string): HostileRecord => ({
    why,
    record: Buffer.from(record as string),
  })
  return [
    twin('nothing at all', ''),
    twin('cut in the middle', good.subarray(0, half)),
    twin('cut at its end', good.subarray(0, -1)),
    twin('its second half', good.subarray(half)),
    twin('twice on one line', text + text),
    twin('a newline inside', `${text.slice(0, half)}\n${text.slice(half)}`),
    twin('a quote inside', `${text.slice(0, half)}"${text.slice(half)}`),
    twin(
      'not UTF-8',
      Buffer.concat([good.subarray(0, half), Buffer.of(0xff, 0xc0), good.subarray(half)]),
    ),
    twin('decimal commas', text.replace(/(\d)\.(\d)/g, '$1,$2')),
    twin('every number too large', text.replace(/\d+/g, '9'.repeat(400))),
    twin('every number negative', text.replace(/\b\d+\b/g, '-$&')),
    twin('no digits', text.replace(/\d/g, '')),
    twin('a megabyte inside', `${text.slice(0, half)}${'A'.repeat(MEGABYTE)}${text.slice(half)}`),
    twin('a megabyte of brackets', '['.repeat(MEGABYTE)),
    twin('every number nested deep', text.replace(/(?<=":\s?)\d[\d.]*/g, NESTED)),
    twin('every text nested deep', text.replace(/(?<=":\s?)"(?:[^"\\]|\\.)*"/g, NESTED)),
    twin('a list', `[${text}]`),
    twin('JSON null', 'null'),
    twin('only commas', ','.repeat(1_000)),
    twin('its names in capitals', text.toUpperCase()),
  ]
}

/** The same record with a few bytes changed at random; equal seeds give equal records. */
export function mutatedRecord(good: Buffer, seed: number): Buffer {
  const random = seededRandom(seed)
  let text = good.toString('latin1')
  const changeCount = 1 + Math.floor(random() * 4)
  for (let change = 0; change < changeCount; change += 1) {
    const at = Math.floor(random() * (text.length + 1))
    const length = Math.floor(random() * 8)
    const piece = PIECES[Math.floor(random() * PIECES.length)] ?? ''
    const isCut = random() < 0.3
    text = text.slice(0, at) + (isCut ? '' : piece) + text.slice(at + (random() < 0.5 ? length : 0))
  }
  return Buffer.from(text, 'latin1')
}

/**
 * Reads a record, of which must hold whatever it is: an answer, not an exception, and events whose
 * numbers are finite and whose time is a safe integer.
 */
export function readHostile(reader: FormatReader, record: Buffer): Reading {
  const reading = reader.read(record)
  if (reading.ok !== true) return reading
  for (const { facts } of reading.events) {
    const wrong = Object.entries(facts).find(
      ([, value]) => typeof value === 'number' && !Number.isFinite(value),
    )
    if (wrong !== undefined || !Number.isSafeInteger(facts.occurred_at))
      throw new TypeError(`there is a wrong ${wrong?.[0] ?? 'occurred_at'}`)
  }
  return reading
}
