import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { SyslogFramer } from '../../services/collect/syslog-framing.ts'
import { readSyslog } from '../../services/collect/syslog-message.ts'

describe('the message in a syslog header', () => {
  test.for([
    {
      why: 'RFC 5424',
      text: '<134>1 2026-11-27T08:00:00.123Z proxy squid 12 access - {"a":1}',
      message: '{"a":1}',
      stream: 'proxy squid',
    },
    {
      why: 'with structured data, brackets and quotes in it',
      text: String.raw`<134>1 - db postgres - - [x@1 a="] \" <1>"][y b="c"] LOG:  ready`,
      message: 'LOG:  ready',
      stream: 'db postgres',
    },
    { why: 'with nothing said', text: '<13>1 - - - - - -', message: '', stream: '- -' },
    {
      why: 'with a byte order mark',
      text: '<13>1 - h p - - - \ufeffmessage',
      message: 'message',
      stream: 'h p',
    },
    {
      why: 'RFC 3164',
      text: '<30>Nov  7 08:00:00 gate dnsmasq[812]: query[A] example.com',
      message: 'query[A] example.com',
      stream: 'gate dnsmasq',
    },
    {
      why: 'RFC 3164 with a time of today and JSON marked as such',
      text: '<30>2026-11-27T08:00:00.123+01:00 gate app: @cee: {"a":1}',
      message: '{"a":1}',
      stream: 'gate app',
    },
    { why: 'a priority alone', text: '<30>{"a":1}', message: '{"a":1}', stream: ' ' },
    { why: 'no header', text: '{"a":1}', message: '{"a":1}', stream: ' ' },
    { why: 'nothing', text: '', message: '', stream: ' ' },
  ])('is found: $why', ({ text, message, stream }) => {
    const read = readSyslog(Buffer.from(text))
    expect([read.message.toString(), read.stream]).toEqual([message, stream])
  })

  test('is some end of the bytes, whatever they are, and found in no time', () => {
    const piece = fc.constantFrom('<13>', '1 ', '- ', '[a b="', '"]', '\\', 'x'.repeat(99), ': ')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const bytes = Buffer.from(pieces.join(''))
        expect(bytes.toString().endsWith(readSyslog(bytes).message.toString())).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

const MAX_BYTES = 10
function frames(text: string, cuts: readonly number[] = []): (string | number)[] {
  const bytes = Buffer.from(text)
  const framer = new SyslogFramer(MAX_BYTES)
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)]
  const found = places.flatMap((from, index) =>
    framer.push(bytes.subarray(from, places[index + 1] ?? bytes.length)),
  )
  return [...found, ...framer.end()].map((frame) => frame.bytes?.toString() ?? frame.byteCount)
}

describe('a stream of syslog messages', () => {
  test.for([
    { why: 'counted', text: '3 a\nb2 cd', found: ['a\nb', 'cd'] },
    { why: 'by line', text: '<1>a\n<2>b\n<3>c', found: ['<1>a', '<2>b', '<3>c'] },
    { why: 'mixed', text: '<1>a\n4 <2>b<3>c\n', found: ['<1>a', '<2>b', '<3>c'] },
    { why: 'too long by count', text: `11 ${'x'.repeat(11)}1 y`, found: [11, 'y'] },
    { why: 'too long by line', text: `${'x'.repeat(25)}\ny\n`, found: [25, 'y'] },
    { why: 'cut within a count', text: '5 abc', found: [] },
    { why: 'without blank lines', text: '\n\na\n', found: ['a'] },
  ])('is cut: $why', ({ text, found }) => {
    expect(frames(text)).toEqual(found)
  })

  test('is cut the same whatever its chunks', () => {
    const piece = fc.constantFrom('a', '3 abc', '\n', '<1>', '12 ', 'x'.repeat(9), ' ')
    const cuts = fc.array(fc.nat(100), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), cuts, (pieces, at) => {
        const text = pieces.join('')
        expect(frames(text, at)).toEqual(frames(text))
      }),
      { numRuns: 1_000 },
    )
  })
})
