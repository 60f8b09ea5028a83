import type { Lane } from './lane.ts'
import { isoTime } from './lane.ts'

/** What no rule of a tree speaks of: the measures and traces of a service. */
export const SERVICE_RECORDS: Lane = {
  name: 'no_match',
  describes: 'traces of a service; hardly a rule reads their fields',
  logsource: { product: 'weaver', service: 'trace' },
  record: (random, index) => ({
    at: isoTime(random, index),
    trace: random.hex(32),
    span: random.hex(16),
    unit: `unit-${random.whole(1, 90)}`,
    stage: random.pick(['blue', 'green', 'canary']),
    took_us: random.whole(10, 900_000),
    retries: random.whole(0, 3),
    queue: { depth: random.whole(0, 4000), oldest_s: random.whole(0, 90) },
    labels: [random.token(5), random.token(7), random.pick(['north', 'south'])],
    outcome: random.skewed(['done', 'done', 'late', 'lost']),
    note: `${random.token(9)} ${random.token(4)} ${random.whole(1, 10 ** 6)}`,
    ratio: Math.round(random.unit() * 10_000) / 10_000,
  }),
}
