import type { Choose } from './choose.ts'
import type { Field, Intent, Role, Step } from './intent.ts'

/** What a wording says where the attacker states no value. */
export type Vague = {
  /** For a text that the call takes from what was read. */
  found: string
  /** For somebody or something that is named elsewhere. */
  named: string
}

/**
 * Puts the values of a step into a phrase: `{role}` stands for a value of that role, `{tool}` for
 * the words of the tool's name. A part in square brackets goes where it lacks a value; a slot
 * outside of brackets says something vague then, as does a text that is left to be found.
 */
export function fill(phrase: string, step: Step, vague: Vague): string {
  const used = new Set<Field>()
  const take = (role: string): string | undefined => {
    if (role === 'tool') return step.toolWords
    const field = step.fields.find((each) => each.role === (role as Role) && !used.has(each))
    if (field === undefined) return undefined
    used.add(field)
    return field.value ?? vague.found
  }
  return phrase
    .replace(/\[([^[\]]*)\]/g, (_, part: string) => filledPart(part, take) ?? '')
    .replace(/\{(\w+)\}/g, (_, role: string) => {
      return take(role) ?? (role === 'text' || role === 'title' ? vague.found : vague.named)
    })
}

function filledPart(part: string, take: (role: string) => string | undefined): string | undefined {
  let lacksValue = false
  const text = part.replace(/\{(\w+)\}/g, (_, role: string) => {
    const value = take(role)
    lacksValue ||= value === undefined
    return value ?? ''
  })
  return lacksValue ? undefined : text
}

/** The fields of a step that have a value of their own. */
export function statedFields(step: Step): { parameter: string; value: string }[] {
  return step.fields.flatMap(({ parameter, value }) =>
    value === undefined ? [] : [{ parameter, value }],
  )
}

/** The text with its first letter as a capital. */
export function capitalised(text: string): string {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length)
}

/** A wording: how one family of attackers would write down an intent. */
export type Family = {
  name: string
  /** One text, or two that are put into two results of the session. */
  write(intent: Intent, choose: Choose): readonly [string] | readonly [string, string]
}
