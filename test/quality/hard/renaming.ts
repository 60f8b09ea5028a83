import type { LabelledSession, PackEvent } from '../pack-writer.ts'
import { chooserOf, numberOf } from './choose.ts'
import { capitalised } from './fill.ts'
import { wordsOf, type Intent } from './intent.ts'

type Synonyms = readonly [string, ...string[]]

/** How a server writes the names of its tools. */
type Style = 'camelCase' | 'kebab-case' | 'noun.verb' | 'PascalCase' | 'noun__verb' | 'noun/verb'

/** Other words for those of tools and for parameters. */
export type Renaming = {
  name: string
  styles: readonly [Style, ...Style[]]
  /** By the word of a tool's name, singular. */
  words: Readonly<Record<string, Synonyms>>
  /** By the parameter's whole name. */
  parameters: Readonly<Record<string, Synonyms>>
}

/** The names that one session gets: all its tools of one server in one style. */
export type Names = {
  tool(tool: string, server: string): string
  parameter(parameter: string, server: string): string
  /** What a derived event calls the object of a tool. */
  object(objectName: string): string
}

/** So many sets of names a renaming has: a session's id says which one it gets. */
const VARIANTS = 8

/** The names of a session under a renaming. */
export function namesFor(sessionId: string, renaming: Renaming): Names {
  const variant = String(numberOf(sessionId, renaming.name) % VARIANTS)
  const pick = (from: Synonyms, about: string): string =>
    chooserOf(renaming.name, variant, about)(from)
  const style = (server: string): Style =>
    chooserOf(renaming.name, variant, server)(renaming.styles)
  const word = (old: string): string => {
    const known = renaming.words[old]
    if (known !== undefined) return pick(known, old)
    const singular = renaming.words[old.replace(/s$/, '')]
    return singular === undefined ? old : pluralOf(pick(singular, old.replace(/s$/, '')))
  }
  return {
    tool: (tool, server) => styled(wordsOf(tool).map(word), style(server)),
    parameter: (parameter, server) => {
      const known = renaming.parameters[parameter]
      const words = (known === undefined ? parameter : pick(known, parameter)).split('_')
      return isCamel(style(server)) ? camelCase(words) : words.join('_')
    },
    object: (objectName) => wordsOf(objectName).map(word).join('_'),
  }
}

/** The intent with the names that its session's tools get. */
export function renamedIntent({ steps }: Intent, names: Names, server: string): Intent {
  const [first, ...rest] = steps.map((step) => {
    const tool = names.tool(step.tool, server)
    const fields = step.fields.map((field) => ({
      ...field,
      parameter: names.parameter(field.parameter, server),
    }))
    return { ...step, tool, toolWords: wordsOf(tool).join(' '), fields }
  })
  return first === undefined ? { steps } : { steps: [first, ...rest] }
}

/** The session with other names of tools, parameters and derived objects; its texts stay. */
export function renamedSession({ events, labels }: LabelledSession, names: Names): LabelledSession {
  return { events: events.map((event) => renamedEvent(event, names)), labels }
}

function renamedEvent(event: PackEvent, names: Names): PackEvent {
  const server = String(event['server_id'])
  const { tool_name, arguments: values } = event
  const proposed = event['proposed_tool_calls']
  const objects = event['object_names']
  return {
    ...event,
    ...(tool_name !== undefined && { tool_name: names.tool(tool_name, server) }),
    ...(values !== undefined && { arguments: renamedArguments(values, names, server) }),
    ...(typeof proposed === 'string' && {
      proposed_tool_calls: renamedCalls(proposed, names, server),
    }),
    ...(Array.isArray(objects) && {
      object_names: objects.map((name) => names.object(String(name))),
    }),
  }
}

function renamedArguments(text: string, names: Names, server: string): string {
  const values = parsed(text)
  return isObject(values) ? JSON.stringify(renamedKeys(values, names, server)) : text
}

function renamedCalls(text: string, names: Names, server: string): string {
  const calls = parsed(text)
  if (!Array.isArray(calls)) return text
  return JSON.stringify(
    calls.map((call: unknown) => {
      if (!isObject(call)) return call
      const { tool_name, arguments: values } = call
      return {
        ...call,
        ...(typeof tool_name === 'string' && { tool_name: names.tool(tool_name, server) }),
        ...(isObject(values) && { arguments: renamedKeys(values, names, server) }),
      }
    }),
  )
}

function renamedKeys(
  values: Readonly<Record<string, unknown>>,
  names: Names,
  server: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([parameter, value]) => [names.parameter(parameter, server), value]),
  )
}

const STYLED: Readonly<Record<Style, (verb: string, nouns: readonly string[]) => string>> = {
  camelCase: (verb, nouns) => camelCase([verb, ...nouns]),
  'kebab-case': (verb, nouns) => [verb, ...nouns].join('-'),
  'noun.verb': (verb, nouns) => `${camelCase(nouns)}.${verb}`,
  PascalCase: (verb, nouns) => [verb, ...nouns].map(capitalised).join(''),
  noun__verb: (verb, nouns) => `${nouns.join('_')}__${verb}`,
  'noun/verb': (verb, nouns) => `${nouns.join('-')}/${verb}`,
}

function styled([verb = '', ...nouns]: readonly string[], style: Style): string {
  return STYLED[style](verb, nouns.length === 0 ? ['it'] : nouns)
}

function isCamel(style: Style): boolean {
  return style === 'camelCase' || style === 'noun.verb' || style === 'PascalCase'
}

function camelCase([first = '', ...rest]: readonly string[]): string {
  return first + rest.map(capitalised).join('')
}

function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  return /(?:s|x|ch|sh)$/.test(word) ? word : `${word}s`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
