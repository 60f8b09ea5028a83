import type { Layer, Level } from '#domain/records/index.ts'
import type { Condition } from '#sigma/condition.ts'

/** Which of the two streams a rule reads: what happened, or what it means in its session. */
export type LogService = 'event' | 'observation'

/** What a rule may claim; severity is decided from these alone. */
export const CLAIMS = [
  'injection_seen',
  'instruction_followed',
  'unrequested',
  'data_left',
  'production_changed',
  'persisted',
  'egress',
  'sensitive_read',
  'anomaly',
] as const
type Claim = (typeof CLAIMS)[number]

/** What a statistic says of a value in the light of the agent's baseline. */
export const STATISTICS = ['robust_z', 'percentile', 'expected', 'excess', 'novelty_days'] as const
export type Statistic = (typeof STATISTICS)[number]

/** One record as a rule sees it. Statistics are computed when read. */
export type Subject = {
  record: Readonly<Record<string, unknown>>
  statistic: (measure: string, statistic: Statistic) => number | null
}

/** A name a rule reads by. `statistic` stands where a baseline is needed. */
export type Field = {
  name: string
  statistic: { measure: string; of: Statistic } | undefined
  read: (subject: Subject) => unknown
}

/** One value to compare with: `whole` looks at the field, `element` at each of its values. */
export type ValueTest = {
  scope: 'whole' | 'element'
  /** In lower case, where only exactly this text can hold. */
  exact: string | undefined
  holds: (value: unknown) => boolean
}

/** One field of a selection: any of the tests holds, or each of them. */
export type Item = {
  field: Field
  quantifier: 'any' | 'all'
  /** Compares numbers by order. */
  ordered: boolean
  tests: readonly ValueTest[]
}

/** Any of the lists, each item of it. */
export type Selection = readonly (readonly Item[])[]

/** A rule's own test: a record that fires, or one that must not. */
export type RuleTest = {
  why: string
  event: Readonly<Record<string, unknown>>
  fires: boolean
}

/** Plain text with the fields that go between its pieces. */
export type SummaryTemplate = readonly (string | Field)[]

/** A base rule of one stream, checked and ready to be compiled. */
export type Rule = {
  id: string
  name: string
  title: string
  description: string
  status: string
  level: Level
  whyLevel: string | undefined
  whatToDo: string | undefined
  version: string
  service: LogService
  /** The layers it reads; all four where it names no category. */
  layers: readonly Layer[]
  category: Layer | undefined
  selections: ReadonlyMap<string, Selection>
  condition: Condition
  claims: readonly Claim[]
  summary: SummaryTemplate
  tags: readonly string[]
  /** `AML.T0051.001`, from the tag `atlas.aml.t0051.001`. */
  atlas: readonly string[]
  /** `MCP06`, from the tag `owasp.mcp06`. */
  owasp: readonly string[]
  falsepositives: readonly string[]
  tests: readonly RuleTest[]
}
