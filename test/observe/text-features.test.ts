import { expect, test } from 'vitest'

import { textFeatures } from '../../services/observe/text-features.ts'

const encoded = Buffer.from('the quick brown fox jumps over it').toString('base64')
const tags = 'hello'.split('').map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))
const scotland = String.fromCodePoint(0x1f3f4, 0xe0067, 0xe0062, 0xe0073, 0xe0063, 0xe0074, 0xe007f)

test.for([
  { why: 'addresses', text: 'http://a.example https://b.example', name: 'text.urls', value: 2 },
  { why: 'mail', text: 'a@b.example, c@d.example @ x', name: 'text.emails', value: 2 },
  { why: 'zero width', text: 'a\u200bb\u2060c', name: 'text.invisible_characters', value: 2 },
  { why: 'direction', text: 'a\u202eb', name: 'text.invisible_characters', value: 1 },
  { why: 'tags', text: `x${tags.join('')}`, name: 'text.invisible_characters', value: 5 },
  { why: 'a flag is seen', text: scotland, name: 'text.invisible_characters', value: 0 },
  {
    why: 'a family is seen',
    text: '👨\u200d👩\u200d👧',
    name: 'text.invisible_characters',
    value: 0,
  },
  { why: 'terminal codes', text: '\u001b[31mred', name: 'text.escape_characters', value: 1 },
  {
    why: 'a picture',
    text: '![x](https://a.example/p.png)',
    name: 'text.markdown_images',
    value: 1,
  },
  { why: 'an unfinished picture', text: '![x] (no)', name: 'text.markdown_images', value: 0 },
  { why: 'base64', text: `see ${encoded}`, name: 'text.encoded_runs', value: 1 },
  { why: 'its bytes', text: encoded, name: 'text.encoded_bytes', value: 33 },
  { why: 'it was text', text: encoded, name: 'text.encoded_text_bytes', value: 33 },
  {
    why: 'hexadecimal',
    text: '0123456789abcdef0123456789abcdef',
    name: 'text.encoded_bytes',
    value: 16,
  },
  {
    why: 'a path',
    text: '/usr/share/documentation/examples/one',
    name: 'text.encoded_runs',
    value: 0,
  },
  {
    why: 'a long word',
    text: 'Donaudampfschifffahrtsgesellschaft',
    name: 'text.encoded_runs',
    value: 0,
  },
  {
    why: 'a long number',
    text: '1234567890123456789012345678901234',
    name: 'text.encoded_runs',
    value: 0,
  },
  { why: 'one letter', text: 'aaaa', name: 'text.entropy', value: 0 },
  { why: 'two letters', text: 'abab', name: 'text.entropy', value: 1 },
  { why: 'foreign letters', text: 'añb', name: 'text.non_ascii_share', value: 1 / 3 },
  { why: 'no text', text: '', name: 'text.non_ascii_share', value: 0 },
])('$name: $why', ({ text, name, value }) => {
  expect(textFeatures(text)[name]).toBeCloseTo(value, 6)
})
