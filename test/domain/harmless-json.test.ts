import { expect, test } from 'vitest'

import { harmlessJson } from '#domain/harmless-json.ts'

const textOf = (value: unknown): string => harmlessJson(JSON.stringify(value))

test.for([
  { why: 'a control sequence of one byte', text: '\u009b31m', says: '"\\u009b31m"' },
  { why: 'an order of writing', text: 'a\u202eb', says: '"a\\u202eb"' },
  { why: 'an invisible tag beyond the first plane', text: '\u{e0041}', says: '"\\udb40\\udc41"' },
  { why: 'a line of its own', text: 'a\u2028b', says: '"a\\u2028b"' },
  { why: 'what JSON escapes itself', text: '\u001b[2J"\n', says: '"\\u001b[2J\\"\\n"' },
  { why: 'letters and pictures', text: 'é 日 🙂', says: '"é 日 🙂"' },
])('$why is shown harmless, and is the same value', ({ text, says }) => {
  expect(textOf(text)).toBe(says)
  expect(JSON.parse(textOf({ [text]: [text] }))).toEqual({ [text]: [text] })
})
