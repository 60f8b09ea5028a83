import ipaddr from 'ipaddr.js'
import { compileExpression } from './expression.ts'
import { compilePattern } from './pattern.ts'
import type { Placing } from './pattern.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import type { ValueTest } from './rule.ts'

const PLACINGS: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith'])
const ORDERS = {
  lt: (value: number, limit: number) => value < limit,
  lte: (value: number, limit: number) => value <= limit,
  gt: (value: number, limit: number) => value > limit,
  gte: (value: number, limit: number) => value >= limit,
} as const

/** The ways to compare a value, one of which a modifier may name. */
export const KINDS: ReadonlySet<string> = new Set([
  ...PLACINGS,
  ...Object.keys(ORDERS),
  're',
  'cidr',
  'exists',
])

/** A value as it stands in a rule. */
export type Scalar = string | number | boolean | null
/** How to compare it: `kind` is of `KINDS`, or `equals`. */
export type Comparison = { kind: string; isCased: boolean; flags: string }

/**
 * Compiles the comparison with one value.
 *
 * @throws RuleRefusal where the value is not what the modifier needs.
 */
export function valueTest(value: Scalar, comparison: Comparison): ValueTest {
  const { kind, isCased, flags } = comparison
  if (kind === 'exists') return existsTest(value)
  if (kind === 'cidr') return cidrTest(value)
  if (kind === 're') return expressionTest(value, flags)
  if (isOrder(kind)) return orderTest(value, kind)
  if (isPlacing(kind)) {
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new RuleRefusal(`"${kind}" needs text`)
    }
    return textTest(String(value), kind, isCased)
  }
  if (value === null) return { scope: 'whole', exact: undefined, holds: (other) => other == null }
  if (typeof value === 'string') return textTest(value, 'equals', isCased)
  return typeof value === 'number' ? numberTest(value) : truthTest(value)
}

/** Numbers and truth values are compared by how they are written. */
function textTest(value: string, placing: Placing, isCased: boolean): ValueTest {
  const pattern = compilePattern(value, placing, isCased)
  return {
    scope: 'element',
    exact: pattern.exact?.toLowerCase(),
    holds: (other) => {
      const text = textOf(other)
      return text !== undefined && pattern.matches(text)
    },
  }
}

function numberTest(value: number): ValueTest {
  return { scope: 'element', exact: undefined, holds: (other) => numberOf(other) === value }
}

function truthTest(value: boolean): ValueTest {
  const exact = String(value)
  return { scope: 'element', exact, holds: (other) => textOf(other)?.toLowerCase() === exact }
}

function existsTest(value: Scalar): ValueTest {
  if (typeof value !== 'boolean') throw new RuleRefusal('"exists" needs true or false')
  return { scope: 'whole', exact: undefined, holds: (other) => (other != null) === value }
}

function orderTest(value: Scalar, order: keyof typeof ORDERS): ValueTest {
  if (typeof value !== 'number') throw new RuleRefusal(`"${order}" needs a number`)
  const compare = ORDERS[order]
  return {
    scope: 'element',
    exact: undefined,
    holds: (other) => {
      const number = numberOf(other)
      return number !== undefined && compare(number, value)
    },
  }
}

function expressionTest(value: Scalar, flags: string): ValueTest {
  if (typeof value !== 'string') throw new RuleRefusal('"re" needs text')
  const matches = compileExpression(value, flags)
  return {
    scope: 'element',
    exact: undefined,
    holds: (other) => {
      const text = textOf(other)
      return text !== undefined && matches(text)
    },
  }
}

function cidrTest(value: Scalar): ValueTest {
  if (typeof value !== 'string' || !ipaddr.isValidCIDR(value)) {
    throw new RuleRefusal('"cidr" needs a network such as 10.0.0.0/8')
  }
  const [network, prefixBits] = ipaddr.parseCIDR(value)
  return {
    scope: 'element',
    exact: undefined,
    holds: (other) => {
      if (typeof other !== 'string' || !ipaddr.isValid(other)) return false
      const address = ipaddr.process(other)
      return address.kind() === network.kind() && address.match(network, prefixBits)
    },
  }
}

/** A scalar as text tests see it; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

/** Whether this way compares numbers by order. */
export function isOrder(kind: string): kind is keyof typeof ORDERS {
  return Object.hasOwn(ORDERS, kind)
}

/** Whether this way looks at text, so that its case may matter. */
export function isPlacing(kind: string): kind is Placing {
  return PLACINGS.has(kind)
}
