import { expect, test } from 'vitest'

import { compileCompletion, type Placement } from '../../../services/collect/normalize/complete.ts'
import type { LogEvent } from '../../../services/collect/normalize/format.ts'
import { SCHEMAS } from '../an-event.ts'

const complete = compileCompletion(SCHEMAS)

const aPlacement = (differs: Partial<Placement> = {}): Placement => ({
  tenantId: 'acme',
  collectorId: 'pg-1',
  collectorSeq: 7,
  collectedAtUs: 2_000_000,
  place: 'file:1:0',
  index: 0,
  owner: { sessionId: 'server:db', sessionBasis: 'server', agentId: null, serverId: 'db' },
  ...differs,
})

const aRead = (hints: LogEvent['hints'] = {}): LogEvent => ({
  topic: 'events.data.v1',
  layer: 'data',
  facts: { occurred_at: 1_000_000, action: 'select', rows: 3, db_user: 'agent' },
  hints,
})

const idOf = (read: LogEvent, placement: Placement): string =>
  complete(read, placement).event.event_id

test('what was read and where it stood is there, the rest has its default', () => {
  const { event } = complete(aRead(), aPlacement())
  expect(event).toMatchObject({
    occurred_at: 1_000_000,
    collected_at: 2_000_000,
    collector_seq: 7,
    session_id: 'server:db',
    server_id: 'db',
    rows: 3,
    db_name: null,
    extra: {},
    late: false,
  })
})

test.for<{ why: string; read?: LogEvent; differs: Partial<Placement>; isSame: boolean }>([
  { why: 'read again later', differs: { collectedAtUs: 9, collectorSeq: 8 }, isSame: true },
  { why: 'at another place', differs: { place: 'file:1:80' }, isSame: false },
  { why: 'the second of one record', differs: { index: 1 }, isSame: false },
  { why: 'by another collector', differs: { collectorId: 'pg-2' }, isSame: false },
])('the id of an event $why: same=$isSame', ({ differs, isSame }) => {
  expect(idOf(aRead(), aPlacement(differs)) === idOf(aRead(), aPlacement())).toBe(isSame)
})

test('a record that has a name of its own is the same wherever it stands', () => {
  const named = aRead({ recordId: 'span-1' })
  expect(idOf(named, aPlacement({ place: 'elsewhere' }))).toBe(idOf(named, aPlacement()))
})

test('events share what is empty, so nobody can write into it', () => {
  const { event } = complete(aRead(), aPlacement())
  expect(() => Object.assign(event.extra, { x: '1' })).toThrow(TypeError)
})
