import { describe, expect, test } from 'vitest'

import type { Reading } from '../../../services/collect/normalize/format.ts'
import { compileFormats } from '../../../services/collect/normalize/formats.ts'
import { tocsinFormat } from '../../../services/collect/normalize/tocsin.ts'
import { anEventLine, SCHEMAS } from '../an-event.ts'
import { hostileTwins, mutatedRecord, readHostile } from './hostile-records.ts'

const format = tocsinFormat(SCHEMAS)
const GOOD = Buffer.from(anEventLine({ server_id: 'mail', arguments: { to: 'a@example.com' } }))
const MUTATED_COUNT = process.env['TOCSIN_SOAK'] === undefined ? 300 : 100_000

test('is among the formats by its name', () => {
  expect(compileFormats(SCHEMAS).get('tocsin')?.title).toBe(format.title)
})

test('keeps what an event says of itself; where it came in is said anew', () => {
  const reading: Reading = format.open().read(GOOD)
  expect(reading).toMatchObject({
    ok: true,
    events: [
      {
        topic: 'events.application.v1',
        layer: 'application',
        facts: { action: 'tool_call', server_id: 'mail', arguments: '{"to":"a@example.com"}' },
        hints: { conversationId: 's-1', recordId: 'e-1' },
      },
    ],
  })
  expect(JSON.stringify(reading)).not.toContain('acme')
})

describe('what a hostile sender makes of it', () => {
  test.for(hostileTwins(GOOD))('is read, refused or skipped: $why', ({ record }) => {
    const reading = readHostile(format.open(), record)
    expect(reading.ok === true ? reading.events.length : reading).toBeTruthy()
  })

  test(`is never more than an answer: ${MUTATED_COUNT} times changed at random`, () => {
    const answers = Array.from({ length: MUTATED_COUNT }, (_, seed) =>
      readHostile(format.open(), mutatedRecord(GOOD, seed)),
    )
    const reasons = answers.flatMap((reading) => (reading.ok === false ? [reading.reason] : []))
    expect(answers.length).toBe(MUTATED_COUNT)
    expect(reasons.filter((reason) => !/^[A-Z_0-9]+$/.test(reason))).toEqual([])
  })
})
