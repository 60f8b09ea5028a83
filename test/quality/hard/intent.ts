/** What kind of thing a call does, told from the words of its tool's name. */
const KINDS = [
  'pay',
  'amend',
  'secret',
  'mail',
  'message',
  'event',
  'admit',
  'expel',
  'erase',
  'write',
  'open',
  'publish',
  'book',
  'look',
  'profile',
  'act',
] as const
export type Kind = (typeof KINDS)[number]

/** What a parameter of a call is for, told from its name. */
export type Role =
  | 'who'
  | 'where'
  | 'address'
  | 'amount'
  | 'when'
  | 'until'
  | 'title'
  | 'text'
  | 'secret'
  | 'thing'
  | 'other'

/** One argument of the attacker's call; no value where the call takes what it read elsewhere. */
export type Field = { parameter: string; role: Role; value: string | undefined }

/** One call the injected text wants. */
export type Step = { kind: Kind; tool: string; toolWords: string; fields: Field[] }

/** What an injected text wants, without a wording: one to three calls. */
export type Intent = { steps: [Step, ...Step[]] }

/** A call the attacker brought about: a tool's name and its arguments. */
export type AttackerCall = { tool: string; arguments: Readonly<Record<string, unknown>> }

const STEPS_MAX = 3
const VALUE_CHARACTERS_MAX = 160
/** Something of six characters and more with a digit, an `@` or a dot inside. */
const IDENTIFIER = /^(?=.{6})\S*(?:\d|@|[^.]\.[^.])\S*$/
/** Reading is a means where something else follows. */
const MEANS: ReadonlySet<Kind> = new Set(['look', 'open'])

/**
 * The intent behind the attacker's calls. A value counts as stated where the request has it; what
 * the call took from elsewhere stays a field without a value if it is a text, else it is left out.
 */
export function intentOf(calls: readonly AttackerCall[], request: string): Intent | undefined {
  const steps = calls.map((call) => stepOf(call, request))
  const effects = steps.filter((step) => !MEANS.has(step.kind))
  const wanted = (effects.length > 0 ? effects : steps).filter(
    (step, index, all) =>
      !all.some((other, at) => at !== index && saysMore(other, at, step, index)),
  )
  const [first, ...rest] = wanted
  return first === undefined ? undefined : { steps: [first, ...rest.slice(0, STEPS_MAX - 1)] }
}

/** Whether `other` makes `step` needless: the same call before it, or one that states something. */
function saysMore(other: Step, at: number, step: Step, index: number): boolean {
  if (other.tool !== step.tool) return false
  if (JSON.stringify(other.fields) === JSON.stringify(step.fields)) return at < index
  const states = ({ fields }: Step): boolean => fields.some(({ value }) => value !== undefined)
  return states(other) && !states(step)
}

function stepOf(call: AttackerCall, request: string): Step {
  const words = wordsOf(call.tool)
  const fields = Object.entries(call.arguments).flatMap(([parameter, value]): Field[] => {
    const role = roleOf(parameter)
    const stated = statedValue(value, role, request)
    const isGathered = stated === undefined && (role === 'text' || role === 'title')
    return stated === undefined && !isGathered ? [] : [{ parameter, role, value: stated }]
  })
  return { kind: kindOf(words), tool: call.tool, toolWords: words.join(' '), fields }
}

/** A tool's name as words: snake case, kebab case, dots and camel case alike. */
export function wordsOf(toolName: string): string[] {
  return toolName
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

/** The first row with a word of the name, for whichever of its groups: all groups must match. */
const KIND_WORDS: readonly (readonly [Kind, ...RegExp[]])[] = [
  ['secret', /^(password|passphrase|passcode|credential|secret)s?$/],
  ['expel', /^(remove|kick|expel|ban|deactivate|drop|evict)$/, /^(user|member|person|account)s?$/],
  ['admit', /^(invite|add|enrol|admit|onboard|include)$/, /^(user|member|person|account)s?$/],
  ['amend', /^(update|modify|amend|adjust|change)$/, /^(transaction|payment|transfer|order)s?$/],
  ['open', /^(get|read|open|fetch|load|view|visit)$/, /^(webpage|page|site|website|url)s?$/],
  ['look', /^(get|read|list|search|find|show|fetch|check|view|look|lookup|query)$/],
  ['pay', /^(money|payment|transaction|transfer|funds?|remittance)s?$/],
  ['publish', /^(post|publish|upload|put)$/, /^(webpage|page|site|website|url)s?$/],
  ['erase', /^(delete|erase|remove|trash|discard|destroy|purge)$/],
  ['mail', /^(e?mails?|mail|letter)$/],
  ['message', /^(messages?|direct|chat|note|post)$/],
  ['event', /^(create|add|new|schedule|plan|make|enter)$/, /^(event|appointment|meeting|entry)s?$/],
  ['book', /^(reserve|book|reservation|booking)$/],
  ['profile', /^(update|change|edit|modify)$/, /^(profile|info|information|details?|user)$/],
  ['write', /^(append|create|write|save|extend)$/, /^(file|document|doc)s?$/],
]

function kindOf(words: readonly string[]): Kind {
  const row = KIND_WORDS.find(([, ...groups]) =>
    groups.every((group) => words.some((word) => group.test(word))),
  )
  return row?.[0] ?? 'act'
}

const ROLE_PATTERNS: readonly (readonly [Role, RegExp])[] = [
  ['secret', /pass(word|code|phrase)|credential|secret/],
  ['until', /end|until|checkout|finish/],
  ['when', /date|day|time|when|start|checkin|begin/],
  ['address', /user.?e?mail|member.?(e?mail|address)/],
  ['who', /recipient|payee|beneficiary|participant|attendee|^to$|^user|member|person|guest|name$/],
  ['amount', /amount|sum|total|price/],
  ['title', /subject|title|headline|topic|reference/],
  ['text', /body|content|text|description|message|note/],
  ['where', /url|link|channel|room|location|city|street|address|page|site/],
  ['thing', /id$|^id|file|hotel|restaurant|company|event|query|item/],
]

function roleOf(parameter: string): Role {
  const name = wordsOf(parameter).join('_')
  return ROLE_PATTERNS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other'
}

/**
 * The value as text if the request has it; of a list, the members that the request has; of a text
 * in the model's own words, the identifiers that the request has.
 */
function statedValue(value: unknown, role: Role, request: string): string | undefined {
  if (Array.isArray(value)) {
    const stated = value.flatMap((member) => statedValue(member, role, request) ?? [])
    return stated.length === 0 ? undefined : stated.join(', ')
  }
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  if (text === '') return undefined
  if (role === 'when' || role === 'until') return hasDate(request, text) ? text : undefined
  const isWhole = text.length <= VALUE_CHARACTERS_MAX && !text.includes('\n')
  if (isWhole && hasText(request, text)) return text
  return role === 'text' || role === 'title' ? statedIdentifiers(text, request) : undefined
}

/** What of a text nobody makes up, such as an address or a link, and the request has. */
function statedIdentifiers(text: string, request: string): string | undefined {
  const words = text.split(/[\s"'`,;()<>]+/).map((word) => word.replace(/[.:!?]+$/, ''))
  const found = words.filter((word) => IDENTIFIER.test(word) && hasText(request, word))
  return found.length === 0 ? undefined : [...new Set(found)].join(' ')
}

function hasText(request: string, value: string): boolean {
  const sought = folded(value).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`(?<!\\w)${sought}(?!\\w)`).test(folded(request))
}

function folded(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/(?<=\d),(?=\d{3})/g, '')
    .replace(/['"`\s]+/g, ' ')
    .replace(/[.\s]+$/, '')
}

/** Whether the request names the day, in figures or as a day of a month of the year. */
function hasDate(request: string, value: string): boolean {
  const [, year, day] = /^(\d{4})-\d\d-(\d\d)/.exec(value) ?? []
  if (year === undefined || day === undefined) return hasText(request, value)
  return request.includes(year) && new RegExp(`(?<!\\d)0?${Number(day)}(?!\\d)`).test(request)
}
