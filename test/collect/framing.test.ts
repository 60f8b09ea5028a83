import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Framer, type Frame } from '../../services/collect/framing.ts'
import type { Framing } from '../../services/collect/normalize/format.ts'

const MAX_BYTES = 20

function frames(framing: Framing, text: string, cuts: readonly number[] = []): Frame[] {
  const bytes = Buffer.from(text)
  const framer = new Framer(framing, MAX_BYTES)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)]
  const found = places.flatMap((from, index) =>
    framer.push(bytes.subarray(from, places[index + 1] ?? bytes.length)),
  )
  return [...found, ...framer.end()]
}

const texts = (found: readonly Frame[]) =>
  found.map(({ bytes, startOffset }) => [startOffset, bytes?.toString()])

test.for<{ why: string; framing: Framing; text: string; records: (string | undefined)[][] }>([
  { why: 'lines', framing: 'line', text: 'a\nb\n', records: [['a'], ['b']] },
  { why: 'the last without its end', framing: 'line', text: 'a\nb', records: [['a'], ['b']] },
  { why: 'either line end', framing: 'line', text: 'a\r\nb\n', records: [['a'], ['b']] },
  { why: 'no blank lines', framing: 'line', text: '\n \t\r\na\n', records: [['a']] },
  { why: 'no byte order mark', framing: 'line', text: '\ufeffa\n', records: [['a']] },
  {
    why: 'what fits to the byte',
    framing: 'line',
    text: `${'x'.repeat(20)}\n`,
    records: [['x'.repeat(20)]],
  },
  {
    why: 'what is a byte too long by name alone',
    framing: 'line',
    text: `${'x'.repeat(21)}\ny\n`,
    records: [[undefined], ['y']],
  },
  {
    why: 'a row over lines',
    framing: 'csv',
    text: 'a,"b\nc"\nd\n',
    records: [['a,"b\nc"'], ['d']],
  },
  { why: 'doubled quotes', framing: 'csv', text: '"a""\n"\nb\n', records: [['"a""\n"'], ['b']] },
  {
    why: 'rows again after a quote nobody closes',
    framing: 'csv',
    text: `"${'x'.repeat(10)}\n${'y'.repeat(20)}\nz\n`,
    records: [[undefined], ['z']],
  },
  { why: 'a document whole', framing: 'document', text: '{\n}\n', records: [['{\n}\n']] },
  { why: 'nothing of nothing', framing: 'document', text: '', records: [] },
])('$framing framing gives $why', ({ framing, text, records }) => {
  expect(frames(framing, text).map(({ bytes }) => [bytes?.toString()])).toEqual(records)
})

test('records and their places do not depend on the chunks', () => {
  const piece = fc.constantFrom('a', '"', '\n', '\r\n', ',', 'x'.repeat(12), '💥')
  const framing = fc.constantFrom<Framing>('line', 'csv', 'document')
  const cuts = fc.array(fc.nat(200), { maxLength: 8 })
  fc.assert(
    fc.property(framing, fc.array(piece, { maxLength: 30 }), cuts, (kind, pieces, at) => {
      const text = pieces.join('')
      expect(texts(frames(kind, text, at))).toEqual(texts(frames(kind, text)))
    }),
    { numRuns: 500 },
  )
})

test('reading again from where the unfinished record began gives it whole', () => {
  const text = 'one\ntwo\nthree\n'
  const before = new Framer('line', MAX_BYTES)
  before.push(Buffer.from(text.slice(0, 10)))
  const after = new Framer('line', MAX_BYTES, before.restOffset)
  const rest = after.push(Buffer.from(text).subarray(before.restOffset))
  expect(texts(rest)).toEqual([[8, 'three']])
})
