import { kindOf, readDocuments } from '#sigma/documents.ts'
import type { RuleDocument } from '#domain/records/index.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'
import { compileRuleSet } from './rule-set.ts'
import type { RuleSet } from './rule-set.ts'
import type { Placeholders } from '../sigma/placeholders.ts'

const SETS_MAX_COUNT = 4

/**
 * Which rules were in force when. A change holds from its `effective_at` on, in event time: a
 * record is judged by the same rules whenever, and however often, it is read.
 */
export type RuleTimeline = {
  /** Takes a change of the `rules` topic in; a repeated or older revision changes nothing. */
  add(change: RuleDocument): void
  /** The rules for records of this event time. */
  at(timeUs: number): RuleSet
  /** The first rules and the last. */
  ends(): readonly RuleSet[]
}

/** Starts with the rules of some files. What the topic refuses is passed over. */
export function createRuleTimeline(
  files: readonly RuleFile[],
  base: RuleSet,
  placeholders: Placeholders,
): RuleTimeline {
  const changes = new Map<string, RuleDocument[]>()
  const sets = new Map<number, RuleSet>()
  let times: number[] = []
  const build = (timeUs: number): RuleSet => {
    const inForce = [...changes.values()].flatMap(
      (revisions) => revisions.findLast((change) => change.effective_at <= timeUs) ?? [],
    )
    return setWith(files, base, inForce, placeholders)
  }
  const setAt = (timeUs: number): RuleSet => {
    const place = times.findLast((time) => time <= timeUs)
    if (place === undefined) return base
    const known = sets.get(place)
    if (known !== undefined) return known
    const set = build(place)
    const [oldest] = sets.keys()
    if (sets.size >= SETS_MAX_COUNT && oldest !== undefined) sets.delete(oldest)
    sets.set(place, set)
    return set
  }
  return {
    add: (change) => {
      const known = changes.get(change.rule_id) ?? []
      if (known.some(({ revision }) => revision >= change.revision)) return
      changes.set(change.rule_id, [...known, change])
      sets.clear()
      const all = [...changes.values()].flat().map(({ effective_at }) => effective_at)
      times = [...new Set(all)].sort((left, right) => left - right)
    },
    at: setAt,
    ends: () => [base, setAt(Infinity)],
  }
}

/** The files with each changed rule in the place of its own, or beside them. */
function setWith(
  files: readonly RuleFile[],
  base: RuleSet,
  changes: readonly RuleDocument[],
  placeholders: Placeholders,
): RuleSet {
  const accepted = changes.filter((change) => isAccepted(change, placeholders))
  if (accepted.length === 0) return base
  const changed = new Set(accepted.map((change) => change.rule_id))
  const kept = files.filter((file) => !ruleIdsIn(file).some((id) => changed.has(id)))
  const added = accepted.filter(({ state }) => state !== 'retired')
  const staged = added.filter(({ state }) => state === 'staged')
  return compileRuleSet([...kept, ...added.map(fileOf)], {
    placeholders,
    stagedIds: new Set(staged.map((change) => change.rule_id)),
  })
}

/** Whether a change can be in force: what it says is read without a refusal. */
function isAccepted(change: RuleDocument, placeholders: Placeholders): boolean {
  if (change.state === 'retired') return true
  const file = fileOf(change)
  const [document] = readDocuments(file.file, file.text).documents
  if (document === undefined) return false
  // A correlation refers to rules of the whole pack; its readers look at it with them.
  if (kindOf(document) !== 'rule') return true
  return compileRuleSet([file], { placeholders }).refused.length === 0
}

function fileOf({ name, text }: RuleDocument): RuleFile {
  return { file: `topic/${name}.yml`, text }
}

function ruleIdsIn({ file, text }: RuleFile): string[] {
  return readDocuments(file, text).documents.flatMap(({ plain }) =>
    typeof plain['id'] === 'string' ? [plain['id']] : [],
  )
}
