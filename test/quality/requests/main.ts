import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { ROOT } from '../../support/checkout.ts'
import { seenLines, writtenLines } from './lines.ts'
import { weightsFile } from './weights-file.ts'
import { weightsOf } from './weights.ts'

const FILE = join(ROOT, 'services/observe/handing-over-weights.ts')

/** Makes the weights anew by which a request is told to hand something over. */
function main(): void {
  const lines = [...writtenLines(), ...seenLines()]
  const weights = weightsOf(lines)
  writeFileSync(FILE, weightsFile(weights))
  const cueCount = Object.values(weights.cues).flat().length
  process.stdout.write(`${FILE}: ${cueCount} cues of ${lines.length} lines\n`)
}

main()
