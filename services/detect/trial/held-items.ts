import { ALL_LAYERS } from '../pack/document.ts'
import { compileEngine } from '../sigma/engine.ts'
import { resolveField } from '../pack/fields.ts'
import type { Item } from '../sigma/item.ts'
import type { Field, LogService, Rule, Subject } from '../pack/rule.ts'
import type { SigmaRule } from '../sigma/sigma-rule.ts'

/** Says of an item whether it holds. */
export type Holds = (item: Item) => boolean

/**
 * Decides every item of some rules of one stream by itself, with the engine the rules run on. An
 * item of another rule holds of nothing.
 */
export function compileItems(
  rules: readonly Rule[],
  service: LogService,
): (subject: Subject) => Holds {
  const items = rules.flatMap((rule) => [...rule.selections.values()].flat(2))
  const fields = new Map<string, Field>()
  const fieldOf = (name: string): Field => {
    const field = fields.get(name) ?? resolveField(name, service, ALL_LAYERS)
    fields.set(name, field)
    return field
  }
  const engine = compileEngine(items.map(ruleOfItem), { locate: (name) => fieldOf(name).places })
  return (subject) => {
    const matched = engine.match(subject.record, (name) => fieldOf(name).read(subject))
    const held = new Set(matched.flatMap(({ id }) => items[Number(id)] ?? []))
    return (item) => held.has(item)
  }
}

/** A rule that matches where one item holds; its number is its id. */
function ruleOfItem(item: Item, number: number): SigmaRule {
  return {
    selections: new Map([['item', [[item]]]]),
    condition: { kind: 'selection', name: 'item' },
    id: String(number),
    name: undefined,
    title: String(number),
    level: undefined,
    status: undefined,
    logsource: {},
    tags: [],
    falsepositives: [],
  }
}
