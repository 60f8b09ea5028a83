import type { Findings } from './finding.ts'
import { ALPHABETS, FORMATS, type Format } from './formats.ts'
import { entropyOf, isBlanked, isSequence } from './placeholder.ts'

const BEFORE_MAX_LENGTH = 64
const ENTROPY_DEFAULT = 2.5
const ASCII_COUNT = 128

type Entry = {
  name: string
  prefix: string
  /** Code of the third character of the prefix; -1 where it is shorter. */
  third: number
  shape: RegExp
  before: RegExp | undefined
  entropyMin: number
}

/** Entries by their first two characters. */
const ENTRIES_BY_SLOT = new Map<number, Entry[]>()
for (const entry of FORMATS.flatMap(entriesOf)) indexEntry(entry)

/** Whether any format begins with these two characters. */
export function mayBegin(first: number, second: number): boolean {
  return ENTRIES_BY_SLOT.has(first * ASCII_COUNT + second)
}

/** Reports a credential that begins with the word at `start`; its end, or `start` for none. */
export function findFormatAt(findings: Findings, start: number): number {
  const { text, spans } = findings
  const slot = text.charCodeAt(start) * ASCII_COUNT + text.charCodeAt(start + 1)
  const third = text.charCodeAt(start + 2)
  for (const entry of ENTRIES_BY_SLOT.get(slot) ?? []) {
    if (entry.third !== third && entry.third >= 0) continue
    if (!text.startsWith(entry.prefix, start)) continue
    const from = startOf(entry, text, start)
    if (from === undefined) continue
    const bodyStart = start + entry.prefix.length
    entry.shape.lastIndex = bodyStart
    if (!entry.shape.test(text)) continue
    const end = entry.shape.lastIndex
    const body = text.slice(bodyStart, end)
    if (isBlanked(body) || isSequence(body) || entropyOf(body) < entry.entropyMin) continue
    spans.push({ type: 'api_key', start: from, end, detector: entry.name })
    return end
  }
  return start
}

/** Where the credential begins: before its mark where a part of it stands there. */
function startOf({ before }: Entry, text: string, start: number): number | undefined {
  if (before === undefined) return start
  const found = before.exec(text.slice(Math.max(0, start - BEFORE_MAX_LENGTH), start))
  return found === null ? undefined : start - found[0].length
}

function entriesOf({ name, prefixes, shape, before, entropyMin }: Format): Entry[] {
  const isJoined = /-\]\{[\d,]+\}\??$|<any>\{[\d,]+\}$|<dotted>\{[\d,]+\}$/.test(shape)
  const end = isJoined ? '(?![A-Za-z0-9_-])' : '(?![A-Za-z0-9_])'
  const beginnings = prefixes === '|' ? ['|'] : prefixes.split('|')
  return beginnings.map((prefix) => ({
    name,
    prefix,
    third: prefix.length > 2 ? prefix.charCodeAt(2) : -1,
    shape: new RegExp(`(?:${spelled(shape)})(?<!\\.)${end}`, 'y'),
    before:
      before === undefined
        ? undefined
        : new RegExp(`(?:(?<![\\w-])|(?<=\\\\[nrt]))${spelled(before)}$`),
    entropyMin: entropyMin ?? ENTROPY_DEFAULT,
  }))
}

function spelled(shape: string): string {
  return shape.replaceAll(/<(\w+)>/g, (_, name: string) => `(?:${ALPHABETS[name] ?? ''})`)
}

function indexEntry(entry: Entry): void {
  const first = entry.prefix.charCodeAt(0)
  const second = entry.prefix.charCodeAt(1)
  const seconds = Number.isNaN(second) ? [...Array(ASCII_COUNT).keys()] : [second]
  for (const code of seconds) {
    const slot = first * ASCII_COUNT + code
    const entries = ENTRIES_BY_SLOT.get(slot)
    if (entries === undefined) ENTRIES_BY_SLOT.set(slot, [entry])
    else entries.push(entry)
  }
}
