import type { Command } from 'commander'

import { addBaselines } from './baselines.ts'
import { addCollect } from './collect.ts'
import { addDemo } from './demo.ts'
import { addEvaluate } from './evaluate.ts'
import { addIncident } from './incident.ts'
import { addMigrate } from './migrate.ts'
import { addQuery } from './query.ts'
import { addReplay } from './replay.ts'
import { addRules } from './rules.ts'
import { addEvidence } from './response/evidence-command.ts'
import { addKillSwitch } from './response/kill-switch.ts'
import { addPlaybook } from './response/playbook.ts'
import { addSinks } from './sinks.ts'
import { addStart } from './start.ts'
import { addTap } from './tap.ts'
import { addTopics } from './topics.ts'
import { addTrain } from './train.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command) => void)[] = [
  addDemo,
  addReplay,
  addEvaluate,
  addStart,
  addMigrate,
  addTopics,
  addIncident,
  addEvidence,
  addPlaybook,
  addKillSwitch,
  addQuery,
  addBaselines,
  addRules,
  addTrain,
  addTap,
  addCollect,
  addSinks,
]
