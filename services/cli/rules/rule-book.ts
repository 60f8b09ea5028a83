import { kindOf, readDocuments } from '#sigma/documents.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'
import type { RuleDocument, RuleState } from '#domain/records/index.ts'
import { formatTime } from '#domain/time.ts'
import { readPack, type Pack } from '../../detect/pack/pack.ts'
import type { RuleSet } from '../../detect/pack/rule-set.ts'
import type { Placeholders } from '../../detect/sigma/placeholders.ts'

/** What is known of the rules: those of the files, and every change on the topic, in its order. */
export type RuleBook = {
  files: readonly RuleFile[]
  placeholders: Placeholders
  pack: Pack
  base: RuleSet
  changes: readonly RuleDocument[]
}

/** A rule as its newest change leaves it, or as its file has it. */
export type KnownRule = {
  kind: 'rule' | 'correlation'
  id: string
  name: string
  version: string
  level: string
  state: RuleState
  text: string
  /** The file it came with; undefined where only the topic has it. */
  file: string | undefined
  /** Its newest change; undefined where there is none. */
  change: RuleDocument | undefined
}

/** A rule as `tocsin rules list` prints it. */
export type RuleRow = {
  name: string
  rule_id: string
  kind: 'rule' | 'correlation'
  level: string
  state: RuleState
  version: string
  /** The first event time it holds for, RFC 3339; null: it came with the pack. */
  since: string | null
  by: string | null
}

/** Every rule and correlation of the files, and every rule of the topic, by name. */
export function knownRules(book: RuleBook): KnownRule[] {
  const known = new Map<string, KnownRule>()
  for (const { rule, document } of book.pack.rules)
    known.set(rule.id, { ...ofFile(document), ...pick(rule), kind: 'rule' })
  for (const { document, id, name, version, level } of book.pack.correlations) {
    const words = { id, name: name ?? id, version, level: level ?? '' }
    known.set(id, { ...ofFile(document), ...words, kind: 'correlation' })
  }
  for (const change of book.changes) {
    const { rule_id: id, name, rule_version: version, state, text } = change
    const before = known.get(id)
    const level = levelOf(change, book.placeholders) ?? before?.level ?? ''
    const file = before?.file
    known.set(id, { kind: 'rule', id, name, version, level, state, text, file, change })
  }
  return [...known.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
}

/** A known rule as a row. */
export function rowOf(rule: KnownRule): RuleRow {
  const { name, id, kind, level, state, version, change } = rule
  const since = change === undefined ? null : formatTime(change.effective_at)
  const by = change?.changed_by ?? null
  return { name, rule_id: id, kind, level, state, version, since, by }
}

/** Whether a file holds one base rule and nothing else, as a change does. */
export function isOneRule({ file, text }: RuleFile): boolean {
  const { documents } = readDocuments(file, text)
  return documents.length === 1 && documents.every((document) => kindOf(document) === 'rule')
}

/** Changes as a reader takes them: of one rule's revisions, each only where it is the newest. */
export function takenChanges(changes: Iterable<RuleDocument>): RuleDocument[] {
  const newest = new Map<string, number>()
  return [...changes].filter(({ rule_id, revision }) => {
    if ((newest.get(rule_id) ?? -Infinity) >= revision) return false
    newest.set(rule_id, revision)
    return true
  })
}

function ofFile({ file, text }: RuleFile): Pick<KnownRule, 'file' | 'text' | 'state' | 'change'> {
  return { file, text, state: 'live', change: undefined }
}

function pick(rule: Pick<KnownRule, 'id' | 'name' | 'version' | 'level'>): typeof rule {
  const { id, name, version, level } = rule
  return { id, name, version, level }
}

function levelOf({ name, text }: RuleDocument, placeholders: Placeholders): string | undefined {
  return readPack([{ file: `${name}.yml`, text }], placeholders).rules[0]?.rule.level
}
