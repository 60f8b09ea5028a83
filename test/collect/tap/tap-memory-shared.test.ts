import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

import { expect, test } from 'vitest'

import { TapMemory } from '../../../services/collect/tap/tap-memory.ts'
import { aDirectory } from '../../support/replays.ts'

/** Holds a new file, as another tap that makes it at the same moment, and lets go. */
const HOLDER = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { DatabaseSync } = require('node:sqlite')
  const database = new DatabaseSync(workerData)
  database.exec('CREATE TABLE made (at INTEGER); BEGIN IMMEDIATE;')
  parentPort.postMessage('held')
  setTimeout(() => { database.exec('COMMIT'); database.close() }, 200)`

test('a memory that another tap makes at the same moment is waited for', async () => {
  const directory = aDirectory()
  const holder = new Worker(HOLDER, { eval: true, workerData: join(directory, 'taps.sqlite') })
  await once(holder, 'message')
  expect(() => new TapMemory(directory)).not.toThrow()
  await once(holder, 'exit')
})
