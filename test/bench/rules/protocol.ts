import type { LaneFile } from './lanes.ts'

/** What the measured process is started with, as JSON in its first argument. */
export type Assignment = { rulesDirectory: string; lane: LaneFile }

/**
 * How events come to the engine: `repeated`: the same parsed events every pass; `fresh`: parsed
 * anew from their lines between passes, outside of the clock; `unparsed`: parsed within the clock;
 * `unseen`: parsed events that the engine has never met, each once.
 */
export type Way = 'repeated' | 'fresh' | 'unparsed' | 'unseen'

/** What the measured process is asked for; it answers each command with one answer. */
export type Command =
  | { kind: 'load' }
  | { kind: 'matches'; isTold: boolean; path: string }
  | { kind: 'time'; isTold: boolean; way: Way; seconds: number }
  | { kind: 'naive'; seconds: number }

export type Answer = { loaded?: Loaded; timing?: Timing; naive?: Naive }

/** Events a second by the clock; CPU seconds of every thread of the process; matches of a pass. */
export type Timing = {
  eventsPerSecond: number
  cpuSecondsPerMillion: number
  matchesCount: number
}

/** What reading and compiling a tree cost. */
export type Loaded = {
  filesCount: number
  rulesCount: number
  refusedCount: number
  loadMs: number
  rssGrowthBytes: number
}

/** What loops without an index did on the first events of a lane. */
export type Naive = {
  eventsCount: number
  /** The interpreter that reads each rule anew for each event. */
  interpreterPerSecond: number
  /** The engine itself, compiled for each rule alone: compiled rules, but one after another. */
  ruleByRulePerSecond: number
  /** Events on which the interpreter matched other rules than the engine. */
  differingCount: number
}
