import { refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import { exceptionRules } from '#sigma/filter.ts'
import type { SigmaFilter } from '#sigma/filter.ts'
import { packVersionOf } from '#sigma/pack-documents.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { readPack } from './pack.ts'
import type { Pack } from './pack.ts'
import { compileRules } from './streams.ts'
import type { CompiledRules } from './streams.ts'
import { readDetection } from '../sigma/detection.ts'
import { compileEngine } from '../sigma/engine.ts'
import { resolveField } from './fields.ts'
import type { Placeholders } from '../sigma/placeholders.ts'
import type { Field, Rule, Subject } from './rule.ts'

/** Who may do what a rule looks for, and until when. */
type Exception = {
  id: string
  owner: string
  /** It allows what happened before this time, in microseconds since the epoch. */
  expiresUs: number
  allows: (subject: Subject) => boolean
}

/** What becomes of a rule's hits, beside what the rule itself says. */
export type Handling = {
  /** Hits are recorded and alert nobody. */
  isStaged: boolean
  /** Only correlations look at its hits. */
  isSilent: boolean
  /** What correlations read of a hit; undefined where none counts it. */
  feeds: readonly Field[] | undefined
  exceptions: readonly Exception[]
}

/** The rules in force, compiled together; alerts carry its version. */
export type RuleSet = {
  version: string
  /** As it was read. */
  pack: Pack
  rules: readonly Rule[]
  compiled: CompiledRules
  handlingOf(rule: Rule): Handling
  refused: readonly RefusedRule[]
}

export type RuleSetOptions = {
  placeholders?: Placeholders
  /** Ids of rules whose hits are recorded only. */
  stagedIds?: ReadonlySet<string>
}

const ALERTS: Handling = { isStaged: false, isSilent: false, feeds: undefined, exceptions: [] }

/** Reads and compiles the files of a pack; `refused` says what is left out. */
export function compileRuleSet(files: readonly RuleFile[], options: RuleSetOptions = {}): RuleSet {
  const { placeholders = {}, stagedIds = new Set() } = options
  const pack = readPack(files, placeholders)
  const { feeds, silentRuleIds } = pack.resolved
  const rules: Rule[] = []
  const refused = [...pack.refused]
  const handlings = new Map<string, Handling>()
  for (const { rule, document } of pack.rules) {
    try {
      handlings.set(rule.id, {
        isStaged: stagedIds.has(rule.id),
        isSilent: silentRuleIds.has(rule.id),
        feeds: feeds.get(rule.id)?.map((name) => resolveField(name, rule.service, rule.layers)),
        exceptions: exceptionsOf(pack.filters, document, rule, placeholders),
      })
      rules.push(rule)
    } catch (refusal) {
      refused.push(refusedBy(document, refusal))
    }
  }
  return {
    version: packVersionOf(files, stagedIds),
    rules,
    compiled: compileRules(rules),
    handlingOf: (rule) => handlings.get(rule.id) ?? ALERTS,
    pack,
    refused,
  }
}

function exceptionsOf(
  filters: readonly SigmaFilter[],
  document: SigmaDocument,
  rule: Rule,
  placeholders: Placeholders,
): Exception[] {
  return exceptionRules(filters, document.plain).map(({ plain, filterId, owner, expiresUs }) => {
    const detection = readDetection(plain['detection'], placeholders)
    const fieldOf = (name: string): Field => resolveField(name, rule.service, rule.layers)
    const locate = (name: string): Field['places'] => fieldOf(name).places
    const engine = compileEngine([{ ...rule, ...detection, id: filterId }], { locate })
    return {
      id: filterId,
      owner,
      expiresUs,
      allows: (subject) =>
        engine.match(subject.record, (name) => fieldOf(name).read(subject)).length > 0,
    }
  })
}
