import { Argument, type Command } from 'commander'

import { addPlaceOptions } from '../options.ts'
import { VERDICTS } from './disposition-door.ts'
import type { DispositionFlags, Verdict } from './disposition-run.ts'

const MEANINGS = `
true_positive: an attack, or what the rule is there to find.
false_positive: it did not happen as the rule says.
benign: it happened as the rule says, and nothing was wrong with it.
The last judgement of an alert counts.`

/** Adds `tocsin rules disposition`. */
export function addDisposition(rules: Command): void {
  const command = rules
    .command('disposition')
    .description('record what an alert was judged to be; `tocsin rules precision` counts it')
    .argument('<alert-id>', 'its id, or how that begins')
    .addArgument(new Argument('<verdict>', 'the judgement').choices(VERDICTS))
    .requiredOption('--by <who>', 'who judged it')
    .option('--note <text>', 'why')
    .addHelpText('after', MEANINGS)
  addPlaceOptions(command).action(
    async (alertId: string, verdict: Verdict, flags: DispositionFlags) => {
      const { recordDisposition } = await import('./disposition-run.ts')
      await recordDisposition(alertId, verdict, flags)
    },
  )
}
