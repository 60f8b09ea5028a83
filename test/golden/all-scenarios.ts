import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { stringify } from 'yaml'

import { linesOf, type Scenario } from './script.ts'
import { AFTER_END } from './scenarios/after-end.ts'
import { BULK_RETRIEVAL } from './scenarios/bulk-retrieval.ts'
import { CALL_COUNT } from './scenarios/call-count.ts'
import { ENCODED_ANSWER } from './scenarios/encoded-answer.ts'
import { ODD_FORMATTING } from './scenarios/odd-formatting.ts'
import { OUT_OF_SCOPE } from './scenarios/out-of-scope.ts'
import { PARAMETERS } from './scenarios/parameters.ts'
import { SENSITIVE_TYPES } from './scenarios/sensitive-types.ts'
import { SERVER_EGRESS } from './scenarios/server-egress.ts'
import { TRAFFIC_SPIKE } from './scenarios/traffic-spike.ts'
import { UNLISTED_DESTINATION } from './scenarios/unlisted-destination.ts'
import { UNREQUESTED_CALL } from './scenarios/unrequested-call.ts'

/** The written scenarios, one a category of the playbook, in its order. */
export const SCENARIOS: readonly Scenario[] = [
  CALL_COUNT,
  PARAMETERS,
  AFTER_END,
  BULK_RETRIEVAL,
  OUT_OF_SCOPE,
  SENSITIVE_TYPES,
  SERVER_EGRESS,
  TRAFFIC_SPIKE,
  UNLISTED_DESTINATION,
  ENCODED_ANSWER,
  UNREQUESTED_CALL,
  ODD_FORMATTING,
]

/** Writes every scenario's history with its attack or its twin, each as a tenant of its own. */
export function writeScenarios(
  directory: string,
  side: 'attack' | 'twin',
): { file: string; inventory: string } {
  const file = join(directory, 'events.ndjson')
  const inventory = join(directory, 'inventory.yaml')
  const lines = SCENARIOS.flatMap((scenario) =>
    linesOf(scenario.name, scenario.cast, [...scenario.history, scenario[side]]),
  )
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  writeFileSync(inventory, stringify({ agents: Object.fromEntries(SCENARIOS.map(scopeEntry)) }))
  return { file, inventory }
}

function scopeEntry({ cast }: Scenario): [string, Scenario['cast']['scope']] {
  return [cast.agent, cast.scope]
}
