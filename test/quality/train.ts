import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { ROOT } from '../support/checkout.ts'
import { writeTrainingPacks } from './training-packs.ts'

const MODEL_FILE = join(ROOT, 'services/detect/model/followed.json')
const COMMAND = join(ROOT, 'services/cli/main.ts')

/**
 * Makes the committed weights anew, or those in `--out FILE`: writes the generated packs into a
 * temporary directory and gives them to `tocsin train` with the recorded ones. Ends with 1 where
 * these are absent.
 */
function main(): number {
  const { values } = parseArgs({ options: { out: { type: 'string', default: MODEL_FILE } } })
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-quality-'))
  try {
    const packs = writeTrainingPacks(directory)
    if (packs === undefined) return 1
    const given = [COMMAND, 'train', ...packs, '--out', values.out]
    return spawnSync(process.execPath, given, { stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(directory, { recursive: true })
  }
}

process.exitCode = main()
