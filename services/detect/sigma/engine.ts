import type { Condition } from '#sigma/condition.ts'
import { itemFormula, joined, newAtoms } from './index/atoms.ts'
import type { Atoms } from './index/atoms.ts'
import type { Locate } from './index/field-tree.ts'
import { Matcher } from './index/matcher.ts'
import type { Compute } from './index/matcher.ts'
import type { Formula } from './index/program.ts'
import type { Item, Selection } from './item.ts'
import type { LogSource, SigmaRule } from './sigma-rule.ts'

/** One event as a rule sees it. */
type SigmaEvent = Readonly<Record<string, unknown>>

export type EngineOptions = {
  /** Rules whose logsource contradicts it are left out. */
  logsource?: LogSource
  /**
   * Where the rules' fields stand, in records that have every field and null for nothing; without
   * it they stand as in any JSON event.
   */
  locate?: Locate
}

/** A field that decided, with the value it had. */
export type MatchedField = { field: string; value: unknown; item: Item }
type MatchedSelection = { name: string; fields: readonly MatchedField[] }
/** A rule that matches, and why: the selections its condition wanted, and that hold. */
export type MatchResult<Rule extends SigmaRule> = {
  rule: Rule
  id: string
  title: string
  level: SigmaRule['level']
  tags: readonly string[]
  selections: readonly MatchedSelection[]
}

/** Rules compiled together. It remembers nothing of an event but what makes it faster. */
export type SigmaEngine<Rule extends SigmaRule> = {
  /** In the order of their ids. */
  rules: readonly Rule[]
  /** The rules that match, in that order. */
  match(event: SigmaEvent, compute?: Compute): Rule[]
  /** The same, each with what decided. */
  results(event: SigmaEvent, compute?: Compute): MatchResult<Rule>[]
}

/** Compiles rules into one index. `compute` gives the fields that `locate` calls computed. */
export function compileEngine<Rule extends SigmaRule>(
  rules: readonly Rule[],
  options: EngineOptions = {},
): SigmaEngine<Rule> {
  const { logsource, locate } = options
  const own = logsource === undefined ? rules : rules.filter((rule) => fits(rule, logsource))
  const ordered = [...own].sort((left, right) =>
    left.id < right.id ? -1 : Number(left.id > right.id),
  )
  const atoms = newAtoms()
  const items = new Map<Item, Formula>()
  const formulas = ordered.map((rule) => ruleFormula(atoms, items, rule))
  const matcher = new Matcher(atoms, formulas, {
    locate: locate ?? (() => undefined),
    nullIsAbsent: locate !== undefined,
  })
  const holds = (item: Item): boolean => {
    const formula = items.get(item)
    return formula !== undefined && matcher.holds(formula)
  }
  const found = (event: SigmaEvent, compute: Compute | undefined): Rule[] =>
    matcher.match(event, compute).map((place) => ordered[place] as Rule)
  return {
    rules: ordered,
    match: found,
    results: (event, compute) =>
      found(event, compute).map((rule) => ({
        rule,
        id: rule.id,
        title: rule.title,
        level: rule.level,
        tags: rule.tags,
        selections: matchedSelections(rule, rule.condition, holds, matcher),
      })),
  }
}

/** Whether a rule may concern this log: nothing both of them state differs. */
function fits(rule: SigmaRule, stated: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every((key) => {
    const [own, other] = [rule.logsource[key], stated[key]]
    return own === undefined || other === undefined || own.toLowerCase() === other.toLowerCase()
  })
}

function ruleFormula(atoms: Atoms, items: Map<Item, Formula>, rule: SigmaRule): Formula {
  const selections = new Map<string, Formula>()
  const formulaOf = (condition: Condition): Formula => {
    if (condition.kind === 'not') return { kind: 'not', of: formulaOf(condition.of) }
    if (condition.kind !== 'selection') return joined(condition.kind, condition.of.map(formulaOf))
    const known = selections.get(condition.name)
    if (known !== undefined) return known
    const formula = selectionFormula(atoms, items, rule.selections.get(condition.name) ?? [])
    selections.set(condition.name, formula)
    return formula
  }
  return formulaOf(rule.condition)
}

/** The formula of a selection; every item of it is known by its own from then on. */
function selectionFormula(atoms: Atoms, known: Map<Item, Formula>, selection: Selection): Formula {
  const alternatives = selection.map((items) => {
    const formulas = items.map((item) => {
      const formula = itemFormula(atoms, item)
      known.set(item, formula)
      return formula
    })
    return joined('and', formulas)
  })
  return joined('or', alternatives)
}

function matchedSelections(
  rule: SigmaRule,
  condition: Condition,
  holds: (item: Item) => boolean,
  matcher: Matcher,
): MatchedSelection[] {
  if (condition.kind === 'not') return []
  if (condition.kind !== 'selection') {
    return condition.of
      .filter((part) => conditionHolds(part, rule, holds))
      .flatMap((part) => matchedSelections(rule, part, holds, matcher))
  }
  const { name } = condition
  const fields: MatchedField[] = []
  let isMatched = false
  for (const items of rule.selections.get(name) ?? []) {
    if (!items.every(holds)) continue
    isMatched = true
    for (const item of items) fields.push(matchedField(item, matcher))
  }
  return isMatched ? [{ name, fields }] : []
}

function conditionHolds(
  condition: Condition,
  rule: SigmaRule,
  holds: (item: Item) => boolean,
): boolean {
  if (condition.kind === 'not') return !conditionHolds(condition.of, rule, holds)
  if (condition.kind === 'selection') {
    const selection = rule.selections.get(condition.name) ?? []
    return selection.some((items) => items.every(holds))
  }
  return condition.kind === 'and'
    ? condition.of.every((part) => conditionHolds(part, rule, holds))
    : condition.of.some((part) => conditionHolds(part, rule, holds))
}

function matchedField(item: Item, matcher: Matcher): MatchedField {
  const field = item.field ?? ''
  return { field, value: item.field === undefined ? undefined : matcher.valueOf(field), item }
}
