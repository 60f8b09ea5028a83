import { aPattern, aSelection } from './item.ts'
import { several } from './random.ts'
import type { Random } from './random.ts'
import { REGEXES, WORDS } from './vocabulary.ts'

/** A rule as YAML would give it. */
export type PlainRule = { id: string; detection: Record<string, unknown> } & Record<string, unknown>

const CONDITIONS = [
  'selection_a',
  'selection_a or selection_b',
  'selection_a and selection_b',
  'selection_a and not selection_b',
  'not selection_a',
  'not selection_a and selection_b or other-c',
  'selection_a or selection_b and other-c',
  '(selection_a or selection_b) and not other-c',
  'not (selection_a or not selection_b)',
  'not not selection_a',
  '1 of them',
  'all of them',
  'any of selection_*',
  'all of selection_*',
  '1 of selection_* and not other-c',
  'not 1 of *_b or _hidden',
  'all of *_a and (other-c or 1 of selection_b)',
] as const

/** A rule of any construct; `ordinal` makes its id and names it. */
export function aRule(random: Random, ordinal: number): PlainRule {
  const condition = random.chance(10)
    ? several(random, [2, 3], () => random.pick(CONDITIONS))
    : random.pick(CONDITIONS)
  return {
    title: `Generated rule ${ordinal}`,
    id: `5e9a0000-0000-4000-8000-${String(ordinal).padStart(12, '0')}`,
    status: 'experimental',
    description: 'A rule made by a seed',
    logsource: { category: 'generated' },
    detection: {
      selection_a: aSearch(random),
      selection_b: aSearch(random),
      'other-c': aSearch(random),
      _hidden: aSearch(random),
      condition,
    },
    level: 'low',
  }
}

function aSearch(random: Random): unknown {
  const style = random.below(20)
  if (style < 14) return aSelection(random)
  if (style < 17) return several(random, [2, 3], () => aSelection(random))
  if (style === 17) return several(random, [1, 3], () => aKeyword(random))
  if (style === 18) return aKeywordMap(random)
  return [aKeyword(random), aSelection(random)]
}

function aKeywordMap(random: Random): unknown {
  if (random.chance(20)) return { [random.pick(['|re', '|re|i'])]: random.pick(REGEXES) }
  const all = random.pick(['|all', '|contains|all', '|all|cased'])
  if (random.chance(60)) return { [all]: several(random, [2, 3], () => aKeyword(random)) }
  return { [random.pick(['|cased', '|startswith', '|endswith', '|neq'])]: aKeyword(random) }
}

function aKeyword(random: Random): string | number {
  if (random.chance(10)) return random.pick([5, 12, 4096])
  return aPattern(random) || random.pick(WORDS.slice(0, 5))
}
