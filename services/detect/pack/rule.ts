import type { Layer, Level } from '#domain/records/index.ts'
import type { Claim } from '#sigma/rule-words.ts'
import type { SigmaRule } from '../sigma/sigma-rule.ts'

/** Which of the two streams a rule reads: what happened, or what it means in its session. */
export type LogService = 'event' | 'observation'

/**
 * What a statistic says of a value in the light of what is normal. `sessions`: how many that rests
 * on; `basis`: whose they are: `agent`, `peers`, or `cap` where only absolute caps are left.
 */
export const STATISTICS = [
  'robust_z',
  'percentile',
  'expected',
  'excess',
  'novelty_days',
  'sessions',
  'basis',
  'origin_rarity',
  'usual_origin',
  'usual_share',
  'surprise',
  'rarity',
] as const
/** What is said of the argument whose origin is rarest. */
export const ODD_ARGUMENT_STATISTICS = [
  'path',
  'origin',
  'origin_rarity',
  'usual_origin',
  'usual_share',
] as const
export type Statistic = (typeof STATISTICS)[number] | (typeof ODD_ARGUMENT_STATISTICS)[number]

/** A statistic of a measure; of one argument of the call where it is about an argument. */
export type Asked = { measure: string; of: Statistic; argument?: string }

/** One record as a rule sees it. Statistics are computed when read. */
export type Subject = {
  record: Readonly<Record<string, unknown>>
  statistic: (asked: Asked) => number | string | null
}

/** A name a rule reads by. `statistic` stands where a baseline is needed. */
export type Field = {
  name: string
  statistic: Asked | undefined
  /** The ways to it from the record's root; `computed` where no record holds it. */
  places: readonly (readonly string[])[] | 'computed'
  read: (subject: Subject) => unknown
}

/** A rule's own test: a record that fires, or one that must not. */
export type RuleTest = {
  why: string
  event: Readonly<Record<string, unknown>>
  fires: boolean
}

/** Plain text with the fields that go between its pieces. */
export type SummaryTemplate = readonly (string | Field)[]

/** One step of an investigation: where to look, in which field, what to find out. */
export type GuideStep = { timeframe: string; field: string; question: string }

/** One alert for all hits alike in some fields within a window of event time. */
export type Suppression = { by: readonly Field[]; windowUs: number }

/** A base rule of one stream, checked and ready to be compiled. */
export type Rule = SigmaRule & {
  name: string
  description: string
  level: Level
  whyLevel: string | undefined
  whatToDo: string | undefined
  guide: readonly GuideStep[]
  suppress: Suppression | undefined
  /** Sources of its fields that no collector delivers yet. */
  needs: readonly string[]
  version: string
  service: LogService
  /** The layers it reads; all four where it names no category. */
  layers: readonly Layer[]
  category: Layer | undefined
  claims: readonly Claim[]
  summary: SummaryTemplate
  /** `AML.T0051.001`, from the tag `atlas.aml.t0051.001`. */
  atlas: readonly string[]
  /** `MCP06`, from the tag `owasp.mcp06`. */
  owasp: readonly string[]
  tests: readonly RuleTest[]
}
