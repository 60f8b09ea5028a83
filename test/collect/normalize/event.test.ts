import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Reason } from '../../../services/collect/normalize/reject.ts'
import { parseTime } from '../../../services/lib/domain/time.ts'
import { anEventJson, anEventLine, normalize } from '../an-event.ts'

const REASONS: Record<Reason, true> = {
  NOT_AN_OBJECT: true,
  MISSING_FIELD: true,
  WRONG_TYPE: true,
  BAD_TIME: true,
  BAD_ENUM: true,
  OUT_OF_RANGE: true,
  TOO_DEEP: true,
  LINE_TOO_LONG: true,
  INVALID_UTF8: true,
  NOT_JSON: true,
  NOT_CSV: true,
  BAD_FORM: true,
  UNKNOWN_LAYER: true,
  UNKNOWN_ACTION: true,
  TRUNCATED_INPUT: true,
}
const without = (name: string): string => {
  const { [name]: _, ...rest } = anEventJson()
  return JSON.stringify(rest)
}
const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
const eventOf = (differs: Record<string, unknown>): Record<string, unknown> => {
  const normalized = normalize(anEventLine(differs))
  return normalized.ok ? { ...normalized.event } : {}
}

describe('what is refused', () => {
  test.for([
    { why: 'empty text', line: '', reason: 'NOT_JSON', detail: '' },
    { why: 'half an object', line: '{"layer":', reason: 'NOT_JSON', detail: '' },
    { why: 'NaN', line: '{"layer":NaN}', reason: 'NOT_JSON', detail: '' },
    { why: 'a number', line: '1', reason: 'NOT_AN_OBJECT', detail: '' },
    { why: 'null', line: 'null', reason: 'NOT_AN_OBJECT', detail: '' },
    { why: 'an array', line: `[${anEventLine()}]`, reason: 'NOT_AN_OBJECT', detail: '' },
    {
      why: 'another layer',
      line: anEventLine({ layer: 'x' }),
      reason: 'UNKNOWN_LAYER',
      detail: 'layer',
    },
    {
      why: 'a layer by inheritance',
      line: anEventLine({ layer: 'constructor' }),
      reason: 'UNKNOWN_LAYER',
      detail: 'layer',
    },
    {
      why: 'a layer that is no text',
      line: anEventLine({ layer: 1 }),
      reason: 'WRONG_TYPE',
      detail: 'layer',
    },
    ...['layer', 'event_id', 'occurred_at', 'collector_id', 'collector_seq', 'tenant_id'].map(
      missing,
    ),
    ...['session_id', 'action'].map(missing),
    ...['event_id', 'tenant_id', 'collector_id', 'session_id'].map((name) => ({
      why: `${name} empty`,
      line: anEventLine({ [name]: '' }),
      reason: 'MISSING_FIELD',
      detail: name,
    })),
    {
      why: 'null',
      line: anEventLine({ tenant_id: null }),
      reason: 'MISSING_FIELD',
      detail: 'tenant_id',
    },
    {
      why: 'a number as id',
      line: anEventLine({ event_id: 7 }),
      reason: 'WRONG_TYPE',
      detail: 'event_id',
    },
    {
      why: 'a list as session',
      line: anEventLine({ session_id: ['s'] }),
      reason: 'WRONG_TYPE',
      detail: 'session_id',
    },
    {
      why: 'text as sequence',
      line: anEventLine({ collector_seq: '1' }),
      reason: 'WRONG_TYPE',
      detail: 'collector_seq',
    },
    {
      why: 'no clock',
      line: anEventLine({ occurred_at: '2026-01-05' }),
      reason: 'BAD_TIME',
      detail: 'occurred_at',
    },
    {
      why: 'year 9999',
      line: anEventLine({ occurred_at: '9999-01-01T00:00:00Z' }),
      reason: 'OUT_OF_RANGE',
      detail: 'occurred_at',
    },
    {
      why: 'another layer’s action',
      line: anEventLine({ action: 'select' }),
      reason: 'UNKNOWN_ACTION',
      detail: 'action',
    },
    {
      why: 'a basis nobody knows',
      line: anEventLine({ session_basis: 'guess' }),
      reason: 'BAD_ENUM',
      detail: 'session_basis',
    },
    {
      why: '2^53',
      line: anEventLine({ collector_seq: 2 ** 53 }),
      reason: 'OUT_OF_RANGE',
      detail: 'collector_seq',
    },
    {
      why: 'an optional field',
      line: anEventLine({ is_error: 'no' }),
      reason: 'WRONG_TYPE',
      detail: 'is_error',
    },
    {
      why: 'arguments without bottom',
      line: anEventLine({ arguments: deep(257) }),
      reason: 'TOO_DEEP',
      detail: 'arguments',
    },
    {
      why: 'an unknown field without bottom',
      line: anEventLine({ secret: deep(257) }),
      reason: 'TOO_DEEP',
      detail: 'extra',
    },
  ])('$detail: $why: $reason', ({ line, reason, detail }) => {
    expect(normalize(line)).toMatchObject({ ok: false, reason, detail })
    expect(normalize(Buffer.from(line))).toEqual(normalize(line))
  })

  function missing(name: string) {
    return { why: `${name} absent`, line: without(name), reason: 'MISSING_FIELD', detail: name }
  }

  test.for([
    { why: 'a byte that begins nothing', bytes: Buffer.of(0xff) },
    { why: 'a character cut short', bytes: Buffer.of(0xe2, 0x82) },
    { why: 'half a surrogate pair, encoded', bytes: Buffer.of(0xed, 0xa0, 0x80) },
  ])('INVALID_UTF8: $why', ({ bytes }) => {
    const [head = '', tail = ''] = anEventLine({ content: '|' }).split('|')
    const line = Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)])
    expect(normalize(line)).toMatchObject({ ok: false, reason: 'INVALID_UTF8' })
  })

  test('LINE_TOO_LONG: one byte above the limit, and not at it', () => {
    const line = anEventLine({ content: 'é' })
    const lineMaxBytes = Buffer.byteLength(line)
    expect(normalize(line, { lineMaxBytes }).ok).toBe(true)
    expect(normalize(line, { lineMaxBytes: lineMaxBytes - 1 })).toMatchObject({
      reason: 'LINE_TOO_LONG',
      detail: `the limit is ${lineMaxBytes - 1} bytes`,
    })
  })

  test('says whose it was and when, where that is legible', () => {
    expect(normalize(anEventLine({ action: 'x' }))).toMatchObject({
      tenantId: 'acme',
      occurredAtUs: parseTime('2026-01-05T08:00:03.913148Z'),
    })
    expect(normalize(anEventLine({ tenant_id: 1, occurred_at: 'x' }))).toMatchObject({
      tenantId: undefined,
      occurredAtUs: undefined,
    })
  })
})

describe('what is taken', () => {
  test.for([
    {
      why: 'a session is explicit',
      differs: {},
      event: { session_basis: 'explicit', late: false },
    },
    {
      why: 'a server is an address',
      differs: { session_id: 'server:db' },
      event: { session_basis: 'server' },
    },
    {
      why: 'unless it says',
      differs: { session_id: 'server:db', session_basis: 'trace' },
      event: { session_basis: 'trace' },
    },
    {
      why: 'collected when it occurred',
      differs: {},
      event: { collected_at: parseTime('2026-01-05T08:00:03.913148Z') },
    },
    {
      why: 'unless it says',
      differs: { collected_at: '2026-01-05T09:00:00+01:00' },
      event: { collected_at: parseTime('2026-01-05T08:00:00Z') },
    },
    {
      why: 'arguments as an object',
      differs: { arguments: { to: ['x'] } },
      event: { arguments: '{"to":["x"]}' },
    },
    {
      why: 'arguments as text',
      differs: { arguments: '{"a": 1}' },
      event: { arguments: '{"a": 1}' },
    },
    {
      why: 'annotations as they come',
      differs: { tool_annotations: { readOnlyHint: true, title: 'x' } },
      event: { tool_annotations: { readOnlyHint: 'true', title: 'x' } },
    },
    { why: 'the layer is not kept twice', differs: {}, event: { extra: {} } },
    {
      why: 'what nobody knows is kept',
      differs: { novelty: { a: 1 } },
      event: { extra: { novelty: '{"a":1}' } },
    },
    { why: 'null is absent', differs: { tool_name: null }, event: { tool_name: null } },
  ])('$why', ({ differs, event }) => expect(eventOf(differs)).toMatchObject(event))

  test.for([
    { layer: 'data', action: 'select', topic: 'events.data.v1' },
    { layer: 'network', action: 'flow', topic: 'events.network.v1' },
    { layer: 'model', action: 'completion', topic: 'events.model.v1' },
    { layer: 'application', action: 'tool_call', topic: 'events.application.v1' },
  ])('$layer goes to $topic', ({ layer, action, topic }) => {
    expect(normalize(anEventLine({ layer, action }))).toMatchObject({ ok: true, layer, topic })
  })

  test('collected_at may come from the collector’s clock', () => {
    const normalized = normalize(anEventLine(), { collectedAtUs: 5 })
    expect(normalized.ok && normalized.event.collected_at).toBe(5)
  })

  test('proposed calls as a list become text', () => {
    const differs = { layer: 'model', action: 'completion', proposed_tool_calls: [{ name: 'pay' }] }
    expect(eventOf(differs)).toMatchObject({ proposed_tool_calls: '[{"name":"pay"}]' })
  })
})

test('never throws, refuses for closed reasons, and never repeats what the line holds', () => {
  const fields = Object.keys(
    anEventJson({ arguments: 1, secret: 1, extra: 1, tool_annotations: 1 }),
  )
  const bent = fc
    .dictionary(fc.constantFrom(...fields), fc.oneof(fc.jsonValue(), fc.constant('~marker~')))
    .map((differs) => Buffer.from(anEventLine(differs)))
  const noise = fc.oneof(fc.string(), fc.json()).map((text) => Buffer.from(text))
  const bytes = fc.uint8Array().map((array) => Buffer.from(array))
  fc.assert(
    fc.property(fc.oneof(bent, noise, bytes), (line) => {
      const normalized = normalize(line)
      const refusal = normalized.ok ? undefined : normalized
      expect(refusal === undefined || REASONS[refusal.reason]).toBe(true)
      expect(refusal?.detail ?? '').toMatch(/^$|^[a-z_]+$|^the limit is \d+ bytes$/)
    }),
    { numRuns: 1_000 },
  )
})
