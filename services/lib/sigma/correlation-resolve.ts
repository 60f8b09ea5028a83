import type { Correlation } from './correlation.ts'
import { refusedBy } from './documents.ts'
import { at, RuleRefusal } from './refusal.ts'
import type { RefusedRule } from './refusal.ts'

const CHAIN_MAX_COUNT = 16

/** A base rule, as far as a correlation needs to know it. */
export type BaseRule = { id: string; name: string | undefined }

/** What a correlation counts: a base rule or another correlation, and what it reads of it. */
type CorrelationInput = {
  kind: 'rule' | 'correlation'
  id: string
  /** Names of the fields it groups by, one for each of `groupBy`. */
  groupFields: readonly string[]
  /** Names of the fields its condition reads, one for each of the condition's. */
  valueFields: readonly string[]
  /** Names of the fields it hands on, one for each of `carries`. */
  carryFields: readonly string[]
}

/** A correlation ready to be run. `inputs` stand in the order of its `rules`. */
export type ResolvedCorrelation = {
  correlation: Correlation
  inputs: readonly CorrelationInput[]
  /** Fields of its own matches which a correlation above it reads. */
  carries: readonly string[]
  /** False where only other correlations look at it. */
  alerts: boolean
}

export type ResolvedCorrelations = {
  /** What refers to another stands after it. */
  ordered: readonly ResolvedCorrelation[]
  refused: readonly RefusedRule[]
  /** The fields which every match of a base rule must carry, by rule id; sorted. */
  feeds: ReadonlyMap<string, string[]>
  /** Base rules that only count: ids of those which no correlation says to `generate`. */
  silentRuleIds: ReadonlySet<string>
}

type Known = { kind: 'rule'; id: string } | { kind: 'correlation'; id: string; of: Correlation }

/**
 * Looks up what correlations refer to. One that refers to nothing known, to itself, or to another
 * that is refused is refused; the others stand. A rule stays loud where any of the correlations
 * that refer to it says so.
 */
export function resolveCorrelations(
  correlations: readonly Correlation[],
  baseRules: readonly BaseRule[],
): ResolvedCorrelations {
  const lookUp = catalogue(correlations, baseRules)
  const refused: RefusedRule[] = []
  const ordered: Draft[] = []
  const states = new Map<Correlation, 'open' | 'taken' | 'refused'>()
  const visit = (correlation: Correlation, depth: number): void => {
    states.set(correlation, 'open')
    try {
      ordered.push(drafted(correlation, lookUp, visitBelow(states, visit, depth)))
      states.set(correlation, 'taken')
    } catch (refusal) {
      states.set(correlation, 'refused')
      refused.push(refusedBy(correlation.document, refusal))
    }
  }
  for (const correlation of correlations) {
    if (!states.has(correlation)) visit(correlation, 1)
  }
  return { ...finished(ordered), refused }
}

type FieldName = (name: string, ruleId: string) => string
type Draft = {
  correlation: Correlation
  inputs: Omit<CorrelationInput, 'carryFields'>[]
  fieldName: FieldName
}
type LookUp = (reference: string) => Known
type States = ReadonlyMap<Correlation, 'open' | 'taken' | 'refused'>

/** Takes what stands below first. */
function visitBelow(
  states: States,
  visit: (correlation: Correlation, depth: number) => void,
  depth: number,
): (below: Correlation) => void {
  return (below) => {
    if (states.get(below) === 'open') throw new RuleRefusal('it comes back to this correlation')
    if (depth >= CHAIN_MAX_COUNT) throw new RuleRefusal('the chain of correlations is too long')
    if (!states.has(below)) visit(below, depth + 1)
    if (states.get(below) !== 'taken') throw new RuleRefusal('it is a correlation that is refused')
  }
}

function catalogue(correlations: readonly Correlation[], baseRules: readonly BaseRule[]): LookUp {
  const known = new Map<string, Known | 'many'>()
  const add = (key: string | undefined, one: Known): void => {
    if (key === undefined) return
    const other = known.get(key)
    const isSame = other === undefined || (other !== 'many' && other.id === one.id)
    known.set(key, isSame ? one : 'many')
  }
  for (const { id, name } of baseRules) {
    for (const key of new Set([id, name])) add(key, { kind: 'rule', id })
  }
  const ids = new Map<string, Correlation>()
  for (const of of correlations) {
    const isTwice = ids.has(of.id) || known.has(of.id)
    ids.set(of.id, of)
    for (const key of new Set([of.id, of.name])) {
      add(key, { kind: 'correlation', id: of.id, of })
    }
    if (isTwice) known.set(of.id, 'many')
  }
  return (reference) => {
    const found = known.get(reference)
    if (found === undefined) throw new RuleRefusal('no rule has this id or name')
    if (found === 'many') throw new RuleRefusal('more than one rule has this id or name')
    return found
  }
}

function drafted(
  correlation: Correlation,
  lookUp: LookUp,
  takeBelow: (below: Correlation) => void,
): Draft {
  const found = correlation.rules.map((reference, index) =>
    at(['correlation', 'rules', index], () => {
      const one = lookUp(reference)
      if (one.kind === 'correlation') takeBelow(one.of)
      return one
    }),
  )
  if (new Set(found.map((one) => one.id)).size < found.length) {
    const place = ['correlation', 'rules']
    throw new RuleRefusal('correlation.rules: a rule stands there twice', place)
  }
  const fieldName = aliasedFields(correlation, found, lookUp)
  const { condition, groupBy } = correlation
  const read = condition.kind === 'number' ? condition.fields : []
  const inputs = found.map(({ kind, id }) => ({
    kind,
    id,
    groupFields: groupBy.map((name) => fieldName(name, id)),
    valueFields: read.map((name) => fieldName(name, id)),
  }))
  return { correlation, inputs, fieldName }
}

/** The name a field has in the matches of a rule: an alias that does not name the rule is none. */
function aliasedFields(
  { aliases }: Correlation,
  found: readonly Known[],
  lookUp: LookUp,
): FieldName {
  const byAlias = new Map<string, Map<string, string>>()
  for (const [alias, fieldByRule] of Object.entries(aliases)) {
    const fieldById = new Map<string, string>()
    for (const [reference, field] of Object.entries(fieldByRule)) {
      const { id } = at(['correlation', 'aliases', alias, reference], () => {
        const one = lookUp(reference)
        if (found.some((other) => other.id === one.id)) return one
        throw new RuleRefusal('the correlation does not look at this rule')
      })
      fieldById.set(id, field)
    }
    byAlias.set(alias, fieldById)
  }
  return (name, ruleId) => byAlias.get(name)?.get(ruleId) ?? name
}

/** From the top of every chain down: what lower matches carry, and who is silent. */
function finished(drafts: readonly Draft[]): Omit<ResolvedCorrelations, 'refused'> {
  const carriesById = new Map<string, Set<string>>()
  const feeds = new Map<string, Set<string>>()
  const loudIds = new Set<string>()
  const ordered: ResolvedCorrelation[] = []
  for (const { correlation, inputs: looked, fieldName } of drafts.toReversed()) {
    const { id, groupBy, generate } = correlation
    const isLooked = carriesById.has(id)
    const carries = [...(carriesById.get(id) ?? [])].filter((name) => !groupBy.includes(name))
    carries.sort()
    const inputs = looked.map((input) => ({
      ...input,
      carryFields: carries.map((name) => fieldName(name, input.id)),
    }))
    ordered.unshift({ correlation, inputs, carries, alerts: !isLooked || loudIds.has(id) })
    for (const input of inputs) {
      const table = input.kind === 'rule' ? feeds : carriesById
      const names = table.get(input.id) ?? new Set()
      table.set(input.id, names)
      const { groupFields, valueFields, carryFields } = input
      for (const name of [...groupFields, ...valueFields, ...carryFields]) names.add(name)
      if (generate) loudIds.add(input.id)
    }
  }
  return {
    ordered,
    feeds: new Map([...feeds].map(([id, names]) => [id, [...names].sort()])),
    silentRuleIds: new Set([...feeds.keys()].filter((id) => !loudIds.has(id))),
  }
}
