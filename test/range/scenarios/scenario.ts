import type { Severity } from '#domain/records/index.ts'
import type { TimedRecord } from '../timed-records.ts'
import type { Stage } from '../stage.ts'

/** One play of a scenario: what a scripted agent does, on a stage of its own. */
export type Script = (stage: Stage) => Promise<void>

/** An attack, played live, and its benign twin: the same deeds without the crime. */
export type Scenario = {
  name: string
  title: string
  /** The gravest incident the attack must become, and the rules that must have a part in it. */
  becomes: { severity: Severity; rules: readonly string[] }
  attack: Script
  /** Becomes no incident at all. */
  twin: Script
  /** What else must be true of the log after the attack; returns what is not. */
  alsoHolds?: (records: readonly TimedRecord[], stage: Stage) => string[]
  /** How long after the attack that can be said. */
  settlesAfterMs?: number
}
