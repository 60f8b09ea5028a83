import colors from 'picocolors'

import { formatTime } from '#domain/time.ts'
import type { Explanation } from '../../detect/trial/explanation.ts'
import type { NearMiss, PlacedItem } from '../../detect/trial/near-misses.ts'
import type { Pack } from '../../detect/pack/pack.ts'
import type { MatchedField, MatchResult } from '../../detect/sigma/engine.ts'
import type { Rule } from '../../detect/pack/rule.ts'
import { safeText } from '../terminal.ts'
import { wordingOf } from './item-wording.ts'
import type { StoredRecord } from './stored-records.ts'

/** One record with what became of it. */
export type Explained = StoredRecord & Explanation & { notes: readonly string[] }

export type ExplainOptions = { nearMaxCount: number; showsValues: boolean; pack: Pack }

const VALUE_MAX_CHARS = 200

/** For people: what fired by which selections and fields, then what nearly did. */
export function renderExplained(explained: Explained, options: ExplainOptions): string {
  const { service, layer, record, fired, near, triedCount, notes } = explained
  const about = [service, layer, record.action, formatTime(record.occurred_at)].join(' ')
  const shown = near.slice(0, options.nearMaxCount)
  const isCut = shown.length < near.length
  const colon = shown.length === 0 ? '' : isCut ? `; the nearest ${shown.length}:` : ':'
  return [
    colors.bold(
      `${about}, event ${safeText(record.event_id)}, session ${safeText(record.session_id)}`,
    ),
    ...notes.map((note) => `  (${note})`),
    `  ${fired.length} of ${triedCount} rules fire${fired.length > 0 ? ':' : ''}`,
    ...fired.flatMap((match) => firedLines(match, options.showsValues)),
    `  ${near.length} nearly do${colon}`,
    ...shown.map((one) => `    ${one.rule.name} (${one.rule.level}): ${missText(one, options)}`),
  ].join('\n')
}

/** The same for programs; values only where they are asked for. */
export function toJson(explained: Explained, options: ExplainOptions): object {
  const { service, layer, record, fired, near, triedCount, notes } = explained
  const { event_id, session_id } = record
  return {
    service,
    layer,
    event_id,
    session_id,
    rules_tried: triedCount,
    notes,
    fired: fired.map(({ rule, selections }) => ({
      rule: rule.name,
      rule_id: rule.id,
      level: rule.level,
      selections: selections.map(({ name, fields }) => ({
        selection: name,
        fields: fields.map(({ field, value }) =>
          options.showsValues ? { field, value: value ?? null } : { field },
        ),
      })),
    })),
    near: near.slice(0, options.nearMaxCount).map(({ rule, miss }) => ({
      rule: rule.name,
      rule_id: rule.id,
      level: rule.level,
      selection: miss.selection,
      wanted: miss.isWanted,
      items: miss.items.map((item) => wording(rule, miss, item, options)),
    })),
  }
}

function firedLines({ rule, selections }: MatchResult<Rule>, showsValues: boolean): string[] {
  return [
    `    ${rule.name} (${rule.level}): ${safeText(rule.title)}`,
    ...selections.map(({ name, fields }) => {
      const texts = fields.map((field) => fieldText(field, showsValues))
      return `      ${name}: ${texts.join(showsValues ? '; ' : ', ')}`
    }),
  ]
}

function fieldText({ field, value }: MatchedField, showsValues: boolean): string {
  const name = field === '' ? 'keywords' : safeText(field)
  if (!showsValues || field === '') return name
  return `${name} = ${safeText(JSON.stringify(value) ?? 'nothing', VALUE_MAX_CHARS)}`
}

function missText({ rule, miss }: { rule: Rule; miss: NearMiss }, options: ExplainOptions): string {
  const items = miss.items.map((item) => safeText(wording(rule, miss, item, options)))
  const listed = items.join('; ')
  return miss.isWanted
    ? `${miss.selection} lacks ${listed}`
    : `${miss.selection} holds and must not: ${listed}`
}

function wording(
  rule: Rule,
  { selection }: NearMiss,
  placed: PlacedItem,
  { pack }: ExplainOptions,
): string {
  const document = pack.rules.find((one) => one.rule === rule)?.document
  return wordingOf(document?.plain, selection, placed)
}
