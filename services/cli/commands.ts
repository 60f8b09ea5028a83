import type { Command } from 'commander'

import { addBaselines } from './baselines.ts'
import { addDemo } from './demo.ts'
import { addEvaluate } from './evaluate.ts'
import { addIncident } from './incident.ts'
import { addMigrate } from './migrate.ts'
import { addQuery } from './query.ts'
import { addReplay } from './replay.ts'
import { addRules } from './rules.ts'
import { addStart } from './start.ts'
import { addTopics } from './topics.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command) => void)[] = [
  addDemo,
  addReplay,
  addEvaluate,
  addStart,
  addMigrate,
  addTopics,
  addIncident,
  addQuery,
  addBaselines,
  addRules,
]
