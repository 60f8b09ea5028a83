import { isStrong, type Instruction } from '../observe/instructions.ts'
import { readText, type Reading } from '../observe/reading.ts'
import { sensitiveSpans, type SensitiveSpan } from '../observe/sensitive.ts'
import { safeText } from './terminal.ts'

const PASSAGE_MAX_CHARS = 400
const ARGUMENTS_MAX_COUNT = 8
const ARGUMENT_MAX_CHARS = 160
const VALUE_MIN_LENGTH = 4
const LINE_MAX_CHARS = 96
const TAG_BASE = 0xe0000
const TAG_LETTERS = /[\u{e0020}-\u{e007e}]{2,}/gu
const SHOWN_TYPES: ReadonlySet<SensitiveSpan['type']> = new Set(['email', 'ip_address', 'iban'])
const FOREIGN_NOTE = ' <- stands in that text, in no request'

/**
 * The passage of a text that gives orders: the one that holds most of `values` (what a call said),
 * of equals the strongest; the text's beginning where none gives any. Safe to show.
 */
export function passageOf(text: string, values: readonly string[]): string {
  const reading = readText(revealed(text))
  const [best] = reading.instructions.found
    .map((found) => ({ found, passage: cut(reading, found) }))
    .map(({ found, passage }) => ({ passage, weight: weightOf(found, passage, values) }))
    .toSorted((one, other) => other.weight - one.weight)
  return shownText(best?.passage ?? reading.text, PASSAGE_MAX_CHARS)
}

/** A text on one line, cut, safe to show; of cards, keys and the like only the kind is shown. */
export function shownText(text: string, maxChars: number): string {
  return safeText(masked(text.replaceAll(/\s+/g, ' ').trim()), maxChars)
}

/** The texts among a call's arguments that can be looked for elsewhere. */
export function argumentTexts(json: string): string[] {
  return leavesOf(json)
    .map(({ value }) => value)
    .filter((value) => value.length >= VALUE_MIN_LENGTH)
}

/** A call's arguments, a line each, safe to show; those that are `foreign` say so. */
export function argumentLines(json: string, foreign: (value: string) => boolean): string[] {
  const leaves = leavesOf(json)
  const lines = leaves.slice(0, ARGUMENTS_MAX_COUNT).map(({ path, value }) => {
    const note = value.length >= VALUE_MIN_LENGTH && foreign(value) ? FOREIGN_NOTE : ''
    return `${shownText(`${path}: ${value}`, ARGUMENT_MAX_CHARS)}${note}`
  })
  const rest = leaves.length - lines.length
  return rest > 0 ? [...lines, `and ${rest} more arguments`] : lines
}

/** Words broken into lines, the first `used` characters of each being taken. */
export function wrapped(text: string, used: number): string[] {
  const room = Math.max(LINE_MAX_CHARS - used, 20)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > room && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  return line === '' ? lines : [...lines, line]
}

/** Addresses and accounts tell where something went, so they stay. */
function masked(text: string): string {
  const secret = sensitiveSpans(text).filter(({ type }) => !SHOWN_TYPES.has(type))
  let [shown, at] = ['', 0]
  for (const { type, start, end } of secret) {
    if (start < at) continue
    shown += `${text.slice(at, start)}[${type}]`
    at = end
  }
  return shown + text.slice(at)
}

/** Letters written in tag characters, which no screen shows, spelled out and said to be hidden. */
function revealed(text: string): string {
  return text.replaceAll(TAG_LETTERS, (run) => {
    const letters = run.replaceAll(/./gu, (tag) =>
      String.fromCodePoint((tag.codePointAt(0) ?? 0) - TAG_BASE),
    )
    return ` [in invisible letters: ${letters}] `
  })
}

function cut({ text, tokens }: Reading, { from, to }: Instruction): string {
  return text.slice(tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? text.length)
}

/** A value found outweighs all else, then a plain attempt, then how much it orders. */
function weightOf(found: Instruction, passage: string, values: readonly string[]): number {
  const heldCount = values.filter((value) => passage.includes(value)).length
  return heldCount * 100 + (isStrong(found) ? 10 : 0) + found.strength
}

type Leaf = { path: string; value: string }

/** The values of a JSON text with their paths; the text itself where it is no JSON object. */
function leavesOf(json: string): Leaf[] {
  try {
    const value: unknown = JSON.parse(json)
    return leavesUnder('', value)
  } catch {
    return json === '' ? [] : [{ path: 'arguments', value: json }]
  }
}

function leavesUnder(path: string, value: unknown): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value: String(value) }]
  const isList = Array.isArray(value)
  return Object.entries(value).flatMap(([name, child]) => {
    const step = isList ? `[${name}]` : path === '' ? name : `.${name}`
    return leavesUnder(`${path}${step}`, child)
  })
}
