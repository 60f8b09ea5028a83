import type { TimePart } from './time-part.ts'
import type { Literal, Placing } from './text.ts'

export const ORDERS = ['lt', 'lte', 'gt', 'gte'] as const
export type Order = (typeof ORDERS)[number]

/**
 * One value to compare with. A field with several values has what any one of them has; `null` and
 * `exists` look at the whole field.
 */
export type Test =
  | ({ kind: 'literal' } & Literal)
  | { kind: 'number'; value: number }
  | { kind: 'text'; key: string; needle: string | undefined; holds: (text: string) => boolean }
  | { kind: 'value'; key: string; holds: (value: unknown) => boolean }
  | { kind: 'order'; order: Order | 'equals'; limit: number }
  | { kind: 'exists'; isWanted: boolean }
  | { kind: 'null' }
  | { kind: 'reference'; field: string; placing: Placing; isCased: boolean }

/** One field of a selection; without a name, keywords anywhere in the event. */
export type Item = {
  field: string | undefined
  isNegated: boolean
  /** The part of a time the tests look at, where they look at one. */
  timePart: TimePart | undefined
  /** Each group has a test that holds: one group, or with `all` one for each value. */
  groups: readonly (readonly Test[])[]
}

/** Any of the lists, each item of it. */
export type Selection = readonly (readonly Item[])[]
