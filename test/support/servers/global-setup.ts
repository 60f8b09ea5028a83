import { realServers } from './available.ts'
import { startKafka } from './kafka.ts'

/** One broker for all test files, by `TOCSIN_TEST_BROKERS`; each keeps to its own topic prefix. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['TOCSIN_TEST_BROKERS'] !== undefined || realServers() === undefined)
    return () => Promise.resolve()
  const server = await startKafka()
  process.env['TOCSIN_TEST_BROKERS'] = server.brokers.join(',')
  return () => server.stop()
}
