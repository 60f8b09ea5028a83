import { expect, test } from 'vitest'

import { REQUEST, WRAPPER } from './an-attacked-session.ts'
import { echoOf, withoutEchoes, withTextAdded } from './splice.ts'

const echo = echoOf(WRAPPER, [REQUEST], 'NEW')
const [, greeting = ''] = WRAPPER

test.for([
  { why: 'as it was', text: `before ${greeting} ${REQUEST} after`, cleared: 'before  NEW after' },
  { why: 'folded', text: REQUEST.replaceAll(' ', '\n    '), cleared: 'NEW' },
  { why: 'escaped', text: REQUEST.replaceAll(' ', String.raw`\n  `), cleared: 'NEW' },
  { why: 'not at all', text: 'Pay 250.00 to somebody', cleared: 'Pay 250.00 to somebody' },
])('an echo is cleared where it is said $why', ({ text, cleared }) => {
  expect(withoutEchoes(text, echo)).toBe(cleared)
  expect(withoutEchoes({ deep: [text, 7, null] }, echo)).toEqual({ deep: [cleared, 7, null] })
})

test.for([
  { why: 'a plain text', content: 'one', joiner: '\n\n' as const, added: 'one\n\nNEW' },
  {
    why: 'the last string of a list',
    content: `- a: 'x'\n- b: 'y'`,
    joiner: ' ' as const,
    added: `- a: 'x'\n- b: 'y NEW'`,
  },
])('a text is added to $why', ({ content, joiner, added }) => {
  expect(withTextAdded(content, 'NEW', joiner)).toBe(added)
})
