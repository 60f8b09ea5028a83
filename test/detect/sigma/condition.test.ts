import { expect, test } from 'vitest'
import { parseCondition } from '../../../services/lib/sigma/condition.ts'
import type { Condition } from '#sigma/condition.ts'

const NAMES = ['a', 'b', 'c1', 'c2', '_hidden']

/** The condition with every bracket written out. */
function shown(condition: Condition): string {
  if (condition.kind === 'selection') return condition.name
  if (condition.kind === 'not') return `!${shown(condition.of)}`
  return `(${condition.of.map(shown).join(condition.kind === 'and' ? ' & ' : ' | ')})`
}

test.for([
  { why: 'one name', condition: 'a', means: 'a' },
  { why: 'and binds before or', condition: 'a or b and c1', means: '(a | (b & c1))' },
  { why: 'not binds before and', condition: 'not a and b', means: '(!a & b)' },
  { why: 'brackets bind first', condition: 'not (a or b) and c1', means: '(!(a | b) & c1)' },
  { why: 'two nots are none', condition: 'not not a', means: 'a' },
  { why: 'words of any case', condition: 'a AND NOT b', means: '(a & !b)' },
  { why: 'one of a pattern', condition: '1 of c*', means: '(c1 | c2)' },
  { why: 'any is another word for one', condition: 'any of c*', means: '(c1 | c2)' },
  { why: 'all of a pattern', condition: 'all of c*', means: '(c1 & c2)' },
  { why: 'a pattern with one name', condition: '1 of c1', means: 'c1' },
  { why: 'them leaves out hidden names', condition: 'all of them', means: '(a & b & c1 & c2)' },
  { why: 'a star alone is them', condition: '1 of *', means: '(a | b | c1 | c2)' },
  { why: 'a hidden name may be named', condition: '_hidden and a', means: '(_hidden & a)' },
  { why: 'of binds before not', condition: 'not 1 of c* or a', means: '(!(c1 | c2) | a)' },
  { why: 'a list is its or', condition: ['a', 'b and c1'], means: '(a | (b & c1))' },
])('reads $why', ({ condition, means }) => {
  expect(shown(parseCondition(condition, NAMES))).toBe(means)
})

test.for([
  { why: 'nothing', condition: '  ', says: 'empty' },
  { why: 'an unknown name', condition: 'a and nobody', says: 'no selection is named "nobody"' },
  { why: 'a pattern that names nothing', condition: '1 of x*', says: 'named like "x*"' },
  { why: 'a pattern that names hidden ones only', condition: '1 of _*', says: 'named like' },
  { why: 'a count', condition: '2 of c*', says: 'none of 1, any and all' },
  { why: 'an aggregation', condition: 'a | count() > 5', says: 'aggregate' },
  { why: 'an open bracket', condition: '(a or b', says: 'closing bracket' },
  { why: 'a bracket too many', condition: 'a)', says: 'unexpected ")"' },
  { why: 'an operator without its right side', condition: 'a and', says: 'ends too early' },
  { why: 'two names in a row', condition: 'a b', says: 'unexpected "b"' },
  { why: 'a pattern without of', condition: 'c*', says: 'unexpected "c*"' },
  { why: 'brackets without end', condition: `${'('.repeat(40)}a`, says: 'too deeply' },
  { why: 'a condition without end', condition: 'a or '.repeat(600) + 'a', says: 'too long' },
])('refuses $why', ({ condition, says }) => {
  expect(() => parseCondition(condition, NAMES)).toThrow(says)
})
