import type { Item, Selection, Subject, ValueTest } from './rule.ts'

/** Whether a record has what a selection asks for. */
export function holdsSelection(selection: Selection, subject: Subject): boolean {
  return selection.some((items) => items.every((item) => holdsItem(item, subject)))
}

/** A field with several values has what any one of them has. */
export function holdsItem(item: Item, subject: Subject): boolean {
  const value = item.field.read(subject)
  return item.quantifier === 'any'
    ? item.tests.some((test) => holdsTest(test, value))
    : item.tests.every((test) => holdsTest(test, value))
}

function holdsTest(test: ValueTest, value: unknown): boolean {
  if (test.scope === 'whole') return test.holds(value)
  return Array.isArray(value) ? value.some((element) => test.holds(element)) : test.holds(value)
}
