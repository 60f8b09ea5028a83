import { afterAll, beforeAll, describe } from 'vitest'

import { NO_SERVERS, realServers } from '../support/servers/available.ts'
import { startKafka, type KafkaServer } from '../support/servers/kafka.ts'
import { freshPrefix, openTestLog } from '../support/servers/kafka-world.ts'
import { logReadingContract } from './log-reading.contract.ts'
import type { LogWorld } from './log-world.ts'
import { logContract } from './log.contract.ts'

const kind = realServers()

describe.runIf(kind)(`a real broker (${kind ?? NO_SERVERS})`, () => {
  let server: KafkaServer
  beforeAll(async () => {
    server = await startKafka()
  })
  afterAll(() => server.stop())

  const aPrefix = (): Promise<LogWorld> => {
    const topicPrefix = freshPrefix()
    return Promise.resolve({
      open: (laneCount) => openTestLog(server.brokers, { topicPrefix, laneCount }),
      end: () => Promise.resolve(),
    })
  }
  logContract('Kafka', aPrefix)
  logReadingContract('Kafka', aPrefix)
})
