import { anEvent } from './event.ts'
import type { PlainEvent } from './event.ts'
import type { Random } from './random.ts'
import { ALL_FIELDS } from './vocabulary.ts'

const DEPTH_CHOICES = [5, 100, 1000, 3000] as const
const LIST_MAX_COUNT = 2000
const TEXT_MAX_LENGTH = 50_000

/** An event that a hostile sender could have written: JSON of any shape under the fields. */
export function aMutatedEvent(random: Random): PlainEvent {
  let event = anEvent(random)
  for (let count = 1 + random.below(3); count > 0; count -= 1) event = mutated(random, event)
  return event
}

/** A text that makes careless matching slow: one short piece over and over. */
export function aHostileText(random: Random): string {
  const piece = random.pick(['a', 'ab', ' -e', '\\', '*', '😀', 'İ', '\n', 'x ', '1', 'v1'])
  return piece.repeat(random.below(TEXT_MAX_LENGTH / 3))
}

/** A value wrapped again and again. */
export function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'alpha'
  for (let level = 0; level < depth; level += 1) value = wrap(value)
  return value
}

function mutated(random: Random, event: PlainEvent): PlainEvent {
  const field = random.pick([...ALL_FIELDS, ...ODD_NAMES])
  const odd = random.pick(MAKERS)(random)
  if (random.chance(10)) return JSON.parse(JSON.stringify({ ...event, all: odd })) as PlainEvent
  const text = JSON.stringify(event).replace(/^\{/, () => {
    return `{${JSON.stringify(field)}:${JSON.stringify(odd)},`
  })
  const parsed = JSON.parse(text.replace(/,\}$/, '}')) as PlainEvent
  return { ...parsed, ...(random.chance(50) ? { [field]: odd } : {}) }
}

const ODD_NAMES = ['__proto__', 'constructor', 'hasOwnProperty', '', '.', '..', 'a'.repeat(5000)]

const MAKERS: readonly ((random: Random) => unknown)[] = [
  (random) => nested(random.pick(DEPTH_CHOICES), (inner) => [inner]),
  (random) => nested(random.pick(DEPTH_CHOICES), (inner) => ({ kind: inner, user: 'alpha' })),
  (random) => Array.from({ length: random.below(LIST_MAX_COUNT) }, (_, place) => `alpha ${place}`),
  (random) => Array.from({ length: random.below(LIST_MAX_COUNT) }, () => ({ kind: [{ size: 5 }] })),
  (random) =>
    Object.fromEntries(Array.from({ length: random.below(LIST_MAX_COUNT) }, (_, at) => [at, at])),
  aHostileText,
  (random) => String.fromCharCode(...Array.from({ length: 200 }, () => random.below(65_536))),
  (random) => random.pick([null, true, [], {}, [null], [[], {}], -0, 1e308, 5e-324, '\uD800', '0']),
  (random) =>
    `${'1'.repeat(random.below(400))}.${'0'.repeat(random.below(400))}e${random.below(9999)}`,
  (random) => `${'1:'.repeat(random.below(20))}:/${random.below(300)}`,
  (random) => `${random.below(99_999)}-99-99T99:99:99.${'9'.repeat(random.below(3000))}Z`,
]
