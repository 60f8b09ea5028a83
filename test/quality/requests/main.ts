import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { ROOT } from '../../support/checkout.ts'
import { seenLines, writtenLines } from './lines.ts'
import { weightsFile } from './weights-file.ts'
import { weightsOf } from './weights.ts'

const FILE = join(ROOT, 'services/observe/handing-over-weights.ts')

/** Makes the weights anew by which a request is told to hand work over, or in `--out FILE`. */
function main(): void {
  const { values } = parseArgs({ options: { out: { type: 'string', default: FILE } } })
  const lines = [...writtenLines(), ...seenLines()]
  const weights = weightsOf(lines)
  writeFileSync(values.out, weightsFile(weights))
  const cueCount = Object.values(weights.cues).flat().length
  process.stdout.write(`${values.out}: ${cueCount} cues of ${lines.length} lines\n`)
}

main()
