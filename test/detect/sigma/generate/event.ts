import { Buffer } from 'node:buffer'
import { inOtherCase, several } from './random.ts'
import type { Random } from './random.ts'
import { ADDRESSES, FLAGS, NUMBERS, SECRETS, TIMES, WORDS } from './vocabulary.ts'

/** An event as a decoder would give it. */
export type PlainEvent = Record<string, unknown>

const LONG_TEXT_LENGTH = 20_000
const ODD_TEXTS = ['\uD800', 'a\0b', '\u202Eexe', 'e\u0301', 'ﬀ', 'alpha\u0000', '👩‍👩‍👧']

/** An event with most of the fields that generated rules ask for. */
export function anEvent(random: Random): PlainEvent {
  const event: PlainEvent = {}
  const put = (name: string, value: unknown): void => {
    if (random.chance(80)) event[name] = odd(random, value)
  }
  put('tool', aText(random))
  put('user', {
    ...(random.chance(85) ? { name: odd(random, aText(random)) } : {}),
    ...(random.chance(75) ? { id: aNumber(random) } : {}),
    ...(random.chance(70) ? { admin: random.pick([true, false, 'True', 'false']) } : {}),
  })
  put(
    'tags',
    several(random, [0, 4], () => aText(random)),
  )
  put(
    'items',
    several(random, [0, 3], () => anElement(random)),
  )
  put('flat.key', aText(random))
  if (random.chance(20)) put('flat', { key: aText(random) })
  put('command', aCommand(random))
  put('args', { command: aCommand(random), more: { deep: [{ text: aText(random) }] } })
  put('payload', aPayload(random))
  put('count', aNumber(random))
  put('address', random.pick(ADDRESSES))
  put(
    'peers',
    several(random, [0, 2], () => ({ address: random.pick(ADDRESSES) })),
  )
  put('at', random.pick(TIMES))
  put('active', random.pick([true, false, 'TRUE', 'false', 1, 0]))
  return event
}

/** The value, or now and then another type in its place. */
function odd(random: Random, value: unknown): unknown {
  const style = random.below(60)
  if (style === 0) return null
  if (style === 1) return []
  if (style === 2) return {}
  if (style === 3) return [value, null]
  if (style === 4) return [[value], aText(random)]
  if (style === 5) return { nested: value }
  if (style === 6) return random.pick(ODD_TEXTS)
  if (style === 7 && random.chance(10)) return `${'al'.repeat(LONG_TEXT_LENGTH / 2)}beta`
  return value
}

/** A word, one with something around it, or several. */
function aText(random: Random): string {
  const word = inOtherCase(random, random.pick(WORDS))
  const style = random.below(8)
  if (style < 4) return word
  if (style === 4) return `${word}${random.below(9)}`
  if (style === 5) return `${random.pick(['x', ' ', '\n', '\\', '5'])}${word}`
  return `${word}${random.pick(['', ' ', '/'])}${inOtherCase(random, random.pick(WORDS))}`
}

function anElement(random: Random): unknown {
  if (random.chance(8)) return random.pick<unknown>(['alpha', null, 5, [{ kind: 'beta' }]])
  return {
    ...(random.chance(80) ? { kind: random.chance(10) ? null : aText(random) } : {}),
    ...(random.chance(60) ? { size: aNumber(random) } : {}),
  }
}

function aNumber(random: Random): unknown {
  const number = random.pick(NUMBERS)
  const style = random.below(8)
  if (style === 0) return String(number)
  if (style === 1) return random.pick(['5.0', '+5', '05', '5e0', ' 5', '0x5', 'five', '.5', '5.'])
  return number
}

function aCommand(random: Random): string {
  const flags = several(random, [0, 3], () => {
    const flag = inOtherCase(random, random.pick(FLAGS))
    return random.chance(40) ? flag.replaceAll(/[-/]/g, random.pick(['-', '/', '–', '—'])) : flag
  })
  return ['run', ...flags].slice(random.below(2)).join(random.pick([' ', ' ', '']))
}

function aPayload(random: Random): string {
  const text = random.pick(['', 'z', 'zz', 'zzz']) + random.pick(SECRETS) + random.pick(['', '!'])
  const encoding = random.below(4)
  const bytes = Buffer.from(
    encoding === 3 ? `\uFEFF${text}` : text,
    encoding === 0 ? 'utf8' : 'utf16le',
  )
  const encoded = (encoding === 2 ? bytes.swap16() : bytes).toString('base64')
  return random.chance(50) ? encoded : `run ${inOtherCase(random, encoded)} now`
}
