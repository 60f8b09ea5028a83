import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { splitLines, type Line } from '../../services/collect/lines.ts'

const BOM = '\ufeff'

async function* chunked(bytes: Buffer, sizes: readonly number[]): AsyncIterable<Buffer> {
  let start = 0
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(start, start + size))
    start += size
  }
  yield bytes.subarray(start)
}

async function linesOf(text: string | Buffer, sizes: number[] = [], lineMaxBytes = 10) {
  const lines: Line[] = []
  for await (const batch of splitLines(chunked(Buffer.from(text), sizes), { lineMaxBytes }))
    lines.push(...batch)
  return lines.map(({ number, bytes, byteCount, isEnded }) => ({
    number,
    text: bytes?.toString('latin1'),
    byteCount,
    isEnded,
  }))
}

describe('splitLines', () => {
  test.for([
    { why: 'nothing', text: '', lines: [] },
    { why: 'a last line without end', text: 'a\nb', lines: ['1:a', '2:b'] },
    { why: 'carriage returns', text: 'a\r\nb\r\n', lines: ['1:a', '2:b'] },
    { why: 'a carriage return within', text: 'a\rb\n', lines: ['1:a\rb'] },
    { why: 'blank lines, which count', text: '\n\r\n \t\na\n\n', lines: ['4:a'] },
    { why: 'a byte order mark on the first line', text: `${BOM}a\n`, lines: ['1:a'] },
    { why: 'nothing but a byte order mark', text: BOM, lines: [] },
    { why: 'a byte order mark anywhere else', text: `a\n${BOM}b`, lines: ['1:a', '2:ï»¿b'] },
    { why: 'the longest line', text: '0123456789\n', lines: ['1:0123456789'] },
    { why: 'with what does not count', text: `${BOM}0123456789\r\n`, lines: ['1:0123456789'] },
    { why: 'a byte more', text: '0123456789a\nb', lines: ['1:undefined', '2:b'] },
    { why: 'a very long last line', text: 'x'.repeat(100), lines: ['1:undefined'] },
  ])('$why', async ({ text, lines }) => {
    const found = await linesOf(text)
    expect(found.map((line) => `${line.number}:${line.text}`)).toEqual(lines)
  })

  test('says how long a line was that it did not hold, and which one had no end', async () => {
    expect(await linesOf(`${'x'.repeat(100)}\r\nb`)).toEqual([
      { number: 1, text: undefined, byteCount: 101, isEnded: true },
      { number: 2, text: 'b', byteCount: 1, isEnded: false },
    ])
  })

  test('gives the same lines whatever the chunks', async () => {
    const piece = fc.constantFrom('a', '{"x":1}', '\n', '\r\n', '\r', BOM, ' ', 'x'.repeat(12), 'é')
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 9 })), async (whole, sizes) => {
        expect(await linesOf(whole, sizes)).toEqual(await linesOf(whole))
      }),
      { numRuns: 500 },
    )
  })

  test('a batch is bounded', async () => {
    const sizes: number[] = []
    const options = { lineMaxBytes: 10, batchMaxCount: 3 }
    for await (const batch of splitLines(chunked(Buffer.from('a\n'.repeat(8)), []), options))
      sizes.push(batch.length)
    expect(sizes).toEqual([3, 3, 2])
  })
})
