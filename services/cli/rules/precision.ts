import type { Command } from 'commander'

import { addPlaceOptions } from '../options.ts'
import type { PrecisionFlags } from './precision-run.ts'

const MEANING = `
Precision is the share of judged alerts that were true positives; benign ones are among the judged.
The interval is Wilson's, of 95 %. The worst comes first: the rule whose precision is low at its
best. An alert nobody judged is false where the case of its incident ended as a false positive.`

/** Adds `tocsin rules precision`. */
export function addPrecision(rules: Command): void {
  const command = rules
    .command('precision')
    .description('how many of each rule’s alerts were judged, and how many of these were right')
    .option(
      '--since <time>',
      'alerts from a time on: RFC 3339, a date, or 90m, 12h, 30d ago',
      '30d',
    )
    .option('--tenant <id>', "one tenant's alerts alone", '')
    .option('--json', 'print rows as NDJSON')
    .addHelpText('after', MEANING)
  addPlaceOptions(command).action(async (flags: PrecisionFlags) => {
    const { printPrecision } = await import('./precision-run.ts')
    await printPrecision(flags)
  })
}
