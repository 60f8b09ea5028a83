import fc from 'fast-check'
import { expect, test } from 'vitest'

import { CodeBuffer } from '../../services/observe/code-buffer.ts'
import { nextRun, runEnd } from '../../services/observe/encoded-run.ts'
import { HashTable } from '../../services/observe/hash-table.ts'
import { codesHash, textHash, wordHash } from '../../services/observe/hashing.ts'
import { reveal } from '../../services/observe/reveal.ts'

const run = (length: number): string => 'aB3_'.repeat(length).slice(0, length)

test('a buffer that held a longer text ends the next one with zeros', () => {
  const buffer = new CodeBuffer()
  buffer.of('x'.repeat(100))
  expect(Array.from(buffer.of('é\ud83d!').subarray(0, 5))).toEqual([0xe9, 0xd83d, 33, 0, 0])
})

test('codes hash as their text does', () => {
  const buffer = new CodeBuffer()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(codesHash(buffer.of(text), 0, text.length)).toBe(wordHash(text))
    }),
  )
})

test.for([
  { why: 'one letter more', one: 'abc', other: 'abcd' },
  { why: 'a last letter that is another', one: 'abc', other: 'abd' },
  { why: 'two letters that change places', one: 'abcd', other: 'cdab' },
  { why: 'a zero at the end', one: 'abc', other: 'abc\0' },
])('texts are told apart by $why', ({ one, other }) => {
  const hashOf = (text: string): number => textHash(new CodeBuffer().of(text), text.length)
  expect(hashOf(one)).not.toBe(hashOf(other))
})

test.for([
  { why: 'too short', text: `a ${run(23)} b`, found: [] },
  { why: 'just long enough', text: `a ${run(24)} b`, found: [run(24)] },
  { why: 'from end to end', text: run(50), found: [run(50)] },
  { why: 'two, one character apart', text: `${run(24)}.${run(30)}`, found: [run(24), run(30)] },
])('runs: $why', ({ text, found }) => {
  const codes = new CodeBuffer().of(text)
  const runs: string[] = []
  for (let start = nextRun(codes, text.length, 0); start >= 0;) {
    const end = runEnd(codes, start)
    runs.push(text.slice(start, end))
    start = nextRun(codes, text.length, end)
  }
  expect(runs).toEqual(found)
})

test('a table knows what it was made of and nothing else', () => {
  const numbers = fc.uniqueArray(fc.integer(), { maxLength: 200 })
  fc.assert(
    fc.property(numbers, fc.integer(), (hashes, other) => {
      const table = new HashTable(new Map(hashes.map((hash, at) => [hash, at + 1])))
      expect(hashes.map((hash) => table.get(hash))).toEqual(hashes.map((_, at) => at + 1))
      expect(table.get(other) > 0).toBe(hashes.includes(other))
    }),
  )
})

test.for([
  { why: 'five letters', spaced: 's e n d s', joined: 's e n d s' },
  { why: 'six letters', spaced: 's e n d i t', joined: 'sendit' },
  { why: 'six, some beyond ASCII', spaced: 'ü b e r a l', joined: 'überal' },
  { why: 'six of two codes each', spaced: '𐌰 𐌱 𐌲 𐌳 𐌴 𐌵', joined: '𐌰𐌱𐌲𐌳𐌴𐌵' },
])('letters set apart at every place: $why', ({ spaced, joined }) => {
  for (let shift = 0; shift < 8; shift += 1) {
    const before = '.'.repeat(shift)
    expect(reveal(`${before} ${spaced}  now`).text).toContain(`${before} ${joined}  now`)
  }
})

test.for([
  { why: 'dashes', text: 's-e-n-d   i-t   t-o Ann', joined: 'send it to Ann' },
  { why: 'lines below', text: 's_e_n_d / i_t / t_o Ann', joined: 'send it to Ann' },
  { why: 'dots', text: 's.e.n.d i.t t.o Ann', joined: 'send it to Ann' },
  { why: 'short words', text: 's e n d   i t   t o Ann', joined: 'send it to Ann' },
  { why: 'an abbreviation', text: 'e.g. J.R.R. Tolkien, U.S.A.', joined: 'e.g. J.R.R. Tolkien' },
  { why: 'a word with dashes', text: 'up-to-date send-it-now', joined: 'up-to-date send-it-now' },
])('letters set apart by $why', ({ text, joined }) => {
  expect(reveal(text).text).toContain(joined)
})

test('where letters were set apart is told of the text as it is read', () => {
  const { text, hidden } = reveal('a-b-c-d-e-f, then s e n d i t')
  expect(hidden.map(({ from, to }) => text.slice(from, to))).toEqual(['abcdef', 'sendit'])
})
