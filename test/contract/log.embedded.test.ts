import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openEmbeddedLog } from '../../services/lib/adapters/embedded/log.ts'
import { logReadingContract } from './log-reading.contract.ts'
import type { LogWorld } from './log-world.ts'
import { logContract } from './log.contract.ts'

logContract('embedded', aDirectory)
logReadingContract('embedded', aDirectory)

function aDirectory(): Promise<LogWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-log-'))
  const path = join(directory, 'log.sqlite')
  return Promise.resolve({
    open: (laneCount) =>
      Promise.resolve(openEmbeddedLog({ path, laneCount, durability: 'process_crash' })),
    end: () => {
      rmSync(directory, { recursive: true, force: true })
      return Promise.resolve()
    },
  })
}
