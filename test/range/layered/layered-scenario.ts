import type { Layer, Severity } from '#domain/records/index.ts'
import type { TimedRecord } from '../timed-records.ts'
import type { LayeredStage } from './layered-stage.ts'

/** One play: what a scripted agent or an attacker does. */
type LayeredScript = (stage: LayeredStage) => Promise<void>

/** An attack that several layers see, and its benign twins. */
export type LayeredScenario = {
  name: string
  title: string
  /** The one incident it must become. */
  becomes: {
    severity: Severity
    /** Whose incident it is: the conversation's, or that of the server's address. */
    of: 'session' | 'server'
    layers: readonly Layer[]
    /** Rules that must have a part in it. */
    rules: readonly string[]
    /** How alerts of servers' addresses came to it; empty: it is the address's own. */
    bases: readonly string[]
  }
  attack: LayeredScript
  /** Each becomes no incident at all. */
  twins: Readonly<Record<string, LayeredScript>>
  /** What else must be true of the log after the attack; returns what is not. */
  alsoHolds?: (records: readonly TimedRecord[], stage: LayeredStage) => string[]
}
