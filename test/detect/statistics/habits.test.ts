import { expect, test } from 'vitest'
import { ONCE_WEIGHT } from '#domain/baseline-form.ts'
import type { Baseline } from '#domain/records/index.ts'
import { DAY_US, hourOfWeek } from '#domain/time.ts'
import { hourRarity, originHabit, surpriseOf } from '../../../services/detect/statistics/habits.ts'
import { aBaseline } from '../a-rule.ts'

type Times = Record<string, Record<string, number>>

/** A table in which each name was met so many times, just now. */
function aTable(times: Times, differs: Partial<Baseline> = {}): Baseline {
  const counts = Object.fromEntries(
    Object.entries(times).map(([context, names]) => [
      context,
      Object.fromEntries(Object.entries(names).map(([name, n]) => [name, n * ONCE_WEIGHT])),
    ]),
  )
  return aBaseline({ kind: 'counts', measure: 'transition', counts, ...differs })
}

const MAIL = aTable({ 'send_mail/to': { user: 97, tool_result: 3 }, 'send_mail/cc': { user: 9 } })

test.for([
  { why: 'what is usual', origin: 'user', rarity: 0.053 },
  { why: 'what is rare', origin: 'tool_result', rarity: 0.966 },
  { why: 'what never was', origin: 'resource', rarity: 0.995 },
])('origin of an argument: $why', ({ origin, rarity }) => {
  expect(originHabit(MAIL, 'send_mail', 'to', origin)).toEqual({
    rarity,
    usualOrigin: 'user',
    usualShare: 0.97,
  })
})

test.for([
  { why: 'fewer than ten calls', tool: 'send_mail', path: 'cc' },
  { why: 'an argument never met', tool: 'send_mail', path: 'bcc' },
  { why: 'a tool never met', tool: 'constructor', path: 'to' },
])('origin of an argument: nothing is known of $why', ({ tool, path }) => {
  expect(originHabit(MAIL, tool, path, 'user')).toBeNull()
})

test('a tool’s own slashes part nothing', () => {
  const table = aTable({ 'a%2Fb/c%2Fd': { user: 10 } })
  expect(originHabit(table, 'a/b', 'c/d', 'user')?.usualShare).toBe(1)
})

const ORDERS = aTable({ '7': { read: 60, write: 4 }, '9': { read: 30, send: 6 } })

test('surprise grows with each step from the usual to the unknown', () => {
  const bits = [
    surpriseOf(ORDERS, '7', 'read'),
    surpriseOf(ORDERS, '7', 'write'),
    surpriseOf(ORDERS, '7', 'send'),
    surpriseOf(ORDERS, '7', 'drop'),
  ].map((one) => one ?? Number.NaN)
  expect(bits).toEqual(bits.toSorted((one, other) => one - other))
  expect(bits[0]).toBeLessThan(0.2)
  expect(bits[2]).toBeGreaterThan(7)
  expect(bits[3]).toBeGreaterThan(10)
})

test('in a context never met what is usual elsewhere is expected', () => {
  const elsewhere = -Math.log2(90.5 / (100 + 0.5 * 4))
  expect(surpriseOf(ORDERS, 'constructor', 'read')).toBeCloseTo(elsewhere, 3)
})

test('surprise needs twenty occurrences', () => {
  expect(surpriseOf(aTable({ '7': { read: 19 } }), '7', 'send')).toBeNull()
  expect(surpriseOf(aTable({ '7': { read: 20 } }), '7', 'send')).not.toBeNull()
})

test('what may have been cut is no more surprising than all that was cut', () => {
  const whole = aTable({ '7': { read: 50 } })
  const cut = aTable({ '7': { read: 50, '~': 9 } })
  expect(surpriseOf(cut, '7', 'send')).toBeLessThan(surpriseOf(whole, '7', 'send') ?? 0)
})

/** 2026-01-05 is a Monday. */
const at = (time: string): number => Date.parse(`2026-01-${time}:00:00Z`) * 1000

test.for([
  { time: '05T00', hour: 0 },
  { time: '05T23', hour: 23 },
  { time: '11T23', hour: 167 },
  { time: '12T00', hour: 0 },
])('hour of the week of $time', ({ time, hour }) => {
  expect(hourOfWeek(at(time))).toBe(hour)
})

const SEALED_US = at('19T00')
/** Ten sessions an hour, Monday to Friday, 9 to 17 UTC. */
const office = (since_at: number | null, times = 10): Baseline => {
  const hours = Array.from({ length: 168 }, (_, hour) => hour).filter(
    (hour) => hour < 120 && hour % 24 >= 9 && hour % 24 < 17,
  )
  const counts = Object.fromEntries(hours.map((hour) => [String(hour), times]))
  return aTable({ '': counts }, { measure: 'hour_of_week', sealed_at: SEALED_US, since_at })
}

test.for([
  { why: 'in the middle of a working day', time: '20T12', above: 0, below: 0.5 },
  { why: 'in its first hour', time: '20T09', above: 0.5, below: 0.9 },
  { why: 'an hour before', time: '20T08', above: 0.95, below: 1 },
  { why: 'at night', time: '20T03', above: 0.99, below: 1 },
  { why: 'on Sunday', time: '25T12', above: 0.99, below: 1 },
])('an hour is rare: $why', ({ time, above, below }) => {
  const rarity = hourRarity(office(SEALED_US - 14 * DAY_US), at(time))
  expect(rarity).toBeGreaterThanOrEqual(above)
  expect(rarity).toBeLessThanOrEqual(below)
})

test.for([
  { why: 'a week', since: SEALED_US - 7 * DAY_US, isKnown: true },
  { why: 'less than a week', since: SEALED_US - 7 * DAY_US + 1, isKnown: false },
  { why: 'nobody knows how much', since: null, isKnown: false },
])('of a history of $why: rarity is known, $isKnown', ({ since, isKnown }) => {
  expect(hourRarity(office(since), at('20T03')) !== null).toBe(isKnown)
})

test('where most hours were met once, another hour is nothing new', () => {
  expect(hourRarity(office(SEALED_US - 14 * DAY_US, 1), at('20T03'))).toBeLessThan(0.05)
})
