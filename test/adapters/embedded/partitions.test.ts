import { expect, test } from 'vitest'

import { TOPICS } from '#domain/topics.ts'
import { openDatabase } from '../../../services/lib/adapters/embedded/database.ts'
import { Partitions } from '../../../services/lib/adapters/embedded/partitions.ts'

const LANE_COUNT = 200

test('topics that do not fit are made none at all, and whole when there is room', () => {
  const database = openDatabase(':memory:', 'process_crash')
  const { page_count } = database.prepare('PRAGMA page_count').get() as { page_count: number }
  database.exec(`PRAGMA max_page_count = ${page_count + 2}`)
  const partitions = new Partitions(database)
  expect(() => partitions.create(LANE_COUNT)).toThrow('full')
  database.exec('PRAGMA max_page_count = 10000')

  const reopened = new Partitions(database)
  expect(TOPICS.filter((spec) => reopened.count(spec.name) > 0)).toEqual([])
  expect(reopened.create(LANE_COUNT)).toEqual(TOPICS.map((spec) => spec.name))
  expect(reopened.count('events.application.v1')).toBe(LANE_COUNT)
  database.close()
})
