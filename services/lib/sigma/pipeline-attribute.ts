import type { RuleCondition } from './pipeline-schema.ts'
import { RuleRefusal } from './refusal.ts'

type AttributeCondition = Extract<RuleCondition, { type: 'rule_attribute' }>

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical']
const STATUSES = ['unsupported', 'deprecated', 'experimental', 'test', 'stable']
const RANKS_BY_ATTRIBUTE: ReadonlyMap<string, readonly string[]> = new Map([
  ['level', LEVELS],
  ['status', STATUSES],
])
const DATES: readonly string[] = ['date', 'modified']

/**
 * Whether an attribute of a rule compares as asked: levels and statuses by rank, dates by time,
 * lists by what they hold. A rule without the attribute never does.
 *
 * @throws RuleRefusal for a comparison that its kind of value does not have.
 */
export function isAttribute(
  plain: Readonly<Record<string, unknown>>,
  { attribute, value: wanted, op }: AttributeCondition,
): boolean {
  const value = Object.hasOwn(plain, attribute) ? plain[attribute] : undefined
  if (value === undefined || value === null) return false
  if (Array.isArray(value)) return isInList(value, wanted, op)
  if (op === 'in' || op === 'not_in') throw unfit(attribute, op)
  const ranks = RANKS_BY_ATTRIBUTE.get(attribute)
  if (ranks !== undefined) return compared(rank(ranks, value), rank(ranks, wanted), op)
  if (DATES.includes(attribute)) return compared(day(value), day(wanted), op)
  if (typeof value === 'number') {
    const number = Number(wanted)
    if (Number.isNaN(number)) throw new RuleRefusal(`"${attribute}" compares with numbers only`)
    return compared(value, number, op)
  }
  if (op === 'eq') return value === wanted
  if (op === 'ne') return value !== wanted
  throw unfit(attribute, op)
}

function isInList(
  list: readonly unknown[],
  wanted: string | number,
  op: AttributeCondition['op'],
): boolean {
  if (op === 'in') return list.includes(wanted)
  if (op === 'not_in') return !list.includes(wanted)
  return op === 'ne'
}

function compared(left: number, right: number, op: AttributeCondition['op']): boolean {
  switch (op) {
    case 'eq':
      return left === right
    case 'ne':
      return left !== right
    case 'gte':
      return left >= right
    case 'gt':
      return left > right
    case 'lte':
      return left <= right
    default:
      return left < right
  }
}

function rank(ranks: readonly string[], value: unknown): number {
  const place = ranks.indexOf(String(value).toLowerCase())
  if (place < 0) throw new RuleRefusal(`there is no "${String(value)}" to compare with`)
  return place
}

/** Days since the epoch; a date may be written with `-` or, as older rules do, with `/`. */
function day(value: unknown): number {
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value)
  const time = Date.parse(`${text.replaceAll('/', '-')}T00:00:00Z`)
  if (Number.isNaN(time)) throw new RuleRefusal('a date is written YYYY-MM-DD')
  return time
}

function unfit(attribute: string, op: string): RuleRefusal {
  return new RuleRefusal(`"${attribute}" cannot be compared with "${op}"`)
}
