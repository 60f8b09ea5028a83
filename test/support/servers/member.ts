import { until } from './process.ts'
import { openTestLog } from './kafka-world.ts'

/** A process that joins group `g` and keeps its lanes until it is killed; prints a line then. */
const [brokers = '', topicPrefix = '', laneCount = '0'] = process.argv.slice(2)
const log = await openTestLog(brokers.split(','), { topicPrefix, laneCount: Number(laneCount) })
const subscription = await log.subscribe({ group: 'g', topics: ['alerts.v1'], mode: 'lanes' })
await until(() => subscription.ownership().lanes.length > 0, 30_000, 'joining')
process.stdout.write('member\n')
