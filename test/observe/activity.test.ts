import { expect, test } from 'vitest'

import type { Activity } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import { START_US } from '../support/records.ts'
import {
  anObserveCore,
  application,
  data,
  inputOf,
  model,
  network,
  type LayerEvent,
} from './events.ts'

const at = (seconds: number): { occurred_at: number; collected_at: number } => {
  const timeUs = START_US + seconds * SECOND_US
  return { occurred_at: timeUs, collected_at: timeUs }
}

const activitiesOf = (events: LayerEvent[], watermarkUs?: number): Activity[] => {
  const core = anObserveCore()
  const found: Activity[] = []
  const take = (output: { schema: string; value: unknown }): void => {
    if (output.schema === 'activity.v1') found.push(output.value as Activity)
  }
  for (const event of events) core.onRecord(inputOf(event), take)
  if (watermarkUs !== undefined) core.onWatermark(watermarkUs, take)
  return found
}

test.for([
  { why: 'the first at once', seconds: [0], counts: [1] },
  { why: 'the second with the watermark', seconds: [0, 0.5], counts: [1] },
  { why: 'a full second later at once', seconds: [0, 1], counts: [1, 2] },
  { why: 'what lay between first', seconds: [0, 0.5, 1.2], counts: [1, 2] },
  {
    why: 'a hundred of them in a second',
    seconds: Array.from({ length: 100 }, (_, i) => i / 100),
    counts: [1],
  },
])('activity, one report a second: $why', ({ seconds, counts }) => {
  const found = activitiesOf(seconds.map((second) => application(at(second))))
  expect(found.map((one) => one.permitted_count)).toEqual(counts)
})

test.for([
  { why: 'the second is not over', seconds: 1, counts: [1] },
  { why: 'the second is over', seconds: 1.000001, counts: [1, 2] },
])('activity with the watermark: $why', ({ seconds, counts }) => {
  const events = [application(at(0)), application(at(0.5))]
  const found = activitiesOf(events, at(seconds).occurred_at)
  expect(found.map((one) => one.permitted_count)).toEqual(counts)
})

test('activity tells calls, refusals, flows and queries apart, by layer', () => {
  const found = activitiesOf([
    application({ decision: 'denied' }),
    data(),
    network({ action: 'blocked' }),
    model(),
    application({ server_id: null }),
  ])
  expect(found.map((one) => [one.layer, one.permitted_count, one.refused_count])).toEqual([
    ['application', 0, 1],
    ['data', 0, 0],
    ['network', 0, 1],
  ])
  expect(found.map((one) => [one.query_count, one.flow_count])).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
  ])
})

test('an acknowledged restriction and the first call under it are reported at once', () => {
  const found = activitiesOf([
    application(at(0)),
    application({
      action: 'permission_decision',
      decision: 'restriction_in_force',
      extra: { enforcement_id: '"e-1"' },
      ...at(0.1),
    }),
    application(at(0.2)),
    application(at(0.3)),
  ])
  expect(found.map((one) => [one.enforcement_ids, one.permitted_count])).toEqual([
    [[], 1],
    [['e-1'], 1],
    [['e-1'], 2],
  ])
})
