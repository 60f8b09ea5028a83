import { readFileSync } from 'node:fs'

import type { TestProject } from 'vitest/node'

import { realServers } from './available.ts'
import { startKafka } from './kafka.ts'

/**
 * One broker for all test files that share it, by `TOCSIN_TEST_BROKERS`; each keeps to its own
 * topic prefix. Nothing is started where none of the files of this run asks for it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const isSet = process.env['TOCSIN_TEST_BROKERS'] !== undefined
  if (isSet || !(await isAskedFor(project)) || realServers() === undefined)
    return () => Promise.resolve()
  const server = await startKafka()
  process.env['TOCSIN_TEST_BROKERS'] = server.brokers.join(',')
  return () => server.stop()
}

async function isAskedFor(project: TestProject): Promise<boolean> {
  // The names on the command line; Vitest keeps them without publishing the type.
  const { filenamePattern } = project.vitest as unknown as { filenamePattern?: string[] }
  const { testFiles } = await project.globTestFiles(filenamePattern)
  return testFiles.some((file) => /start(?:Kafka|Servers)\(\)/.test(readFileSync(file, 'utf8')))
}
