import { isWordPart } from '../characters.ts'
import type { Findings, NameFacts, SensitiveSpan, SensitiveType } from './finding.ts'
import { entropyOf, isName, isPlaceholder, isSequence, kindsIn } from './placeholder.ts'
import { providerOf, providersOf } from './provider-values.ts'

const NAME_MAX_LENGTH = 64
const GAP_MAX_LENGTH = 6
const ENTRY_MAX_LENGTH = 96
const VALUE_MAX_LENGTH = 256
const KEY_MIN_LENGTH = 16
const KEY_MIN_ENTROPY = 3.5
const HEX_MIN_LENGTH = 24
const HEX_MIN_ENTROPY = 3
const PLAIN_KEY_MIN_LENGTH = 32
const PLAIN_KEY_MIN_ENTROPY = 4.2
const PASSWORD_MIN_LENGTH = 8
const PASSWORD_MIN_ENTROPY = 2.75

const ENTRY = /(?:key|name|id)["']?[ ]?[=:][ ]?["']([\w.-]{3,64})["'][\s,]{0,24}["']?(?:\w+_)?$/
const UUID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/
/** Names of what opens something; the name of a value ends so, without its separators. */
const KEY_NAME = new RegExp(
  `(?:${[
    'secret|tokens?|jwt|auth|authdata|authorization|credentials?|creds|keysecret|keybase64',
    '(?:access|account|admin|api|app|auth|encryption|license|master|private)keys?',
    '(?:secret|service|session|shared|signing|storage|webhook)keys?',
  ].join('|')})$`,
)
const PASSWORD_NAME = /(?:password|passwd|passphrase|passwort|pwd|passcode)$/
/** What follows the telling part of a name and changes nothing. */
const NAME_SUFFIX =
  /(?:\d|prod|production|dev|test|staging|live|value|string|str|base64|b64|hex|raw)+$/
/** Names that hold one of these open nothing: pages, forms, public halves. */
const OPEN_NAME = new RegExp(
  [
    'public|csrf|xsrf|forgery|authenticity|primary|foreign|design|syntax|example|nonce|etag',
    'page|next|continu|cursor|sync|cancel|idempoten|pagination',
  ].join('|'),
)

/**
 * Reports the value from `start` to `end` where the name before it tells that it is a credential:
 * by a provider's name and the shape of its values, else by a telling name and randomness.
 */
export function findNamedValue(findings: Findings, start: number, end: number): void {
  const { text, named } = findings
  const nameEnd = signBefore(text, start)
  if (nameEnd === undefined) return
  const { providers, opens } = factsAt(findings, nameEnd)
  if (opens === undefined && providers.length === 0) return
  if (text.startsWith('..', end - 2) || text[end] === '…') return // cut off
  const valueEnd = valueEndOf(text, end)
  const value = text.slice(start, valueEnd)
  if (value.length > VALUE_MAX_LENGTH) return
  const provider = providerOf(providers, value)
  if (provider !== undefined) {
    findings.spans.push({ type: 'api_key', start, end: valueEnd, detector: provider })
  } else if (opens === 'password') {
    if (isPassword(value)) push(named, 'password', start, valueEnd, 'named-password')
  } else if (opens !== undefined && isKey(value, opens === 'plain_key')) {
    push(named, 'api_key', start, valueEnd, 'named-key')
  }
}

/** Where the name before an assignment sign ends; undefined where no sign stands before a value. */
function signBefore(text: string, start: number): number | undefined {
  let index = skipBack(text, start)
  const sign = text.charCodeAt(index - 1)
  if (sign === 44)
    return isQuote(text.charCodeAt(index - 2)) ? skipBack(text, index - 1) : undefined
  if (sign !== 61 && sign !== 58 && sign !== 62) return undefined
  while (isSign(text.charCodeAt(index - 1))) index -= 1
  return skipBack(text, index)
}

/** Before blanks, quotes, brackets and the backslashes that protect them. */
function skipBack(text: string, from: number): number {
  let index = from
  while (index > from - GAP_MAX_LENGTH && isGap(text.charCodeAt(index - 1))) index -= 1
  return index
}

/** What the name that ends here says; that of its name where it is the value of an entry. */
function factsAt({ text, names }: Findings, end: number): NameFacts {
  let start = end
  while (start > end - NAME_MAX_LENGTH && isNamePart(text.charCodeAt(start - 1))) start -= 1
  const name = text.slice(start, end)
  if (name.endsWith('value')) {
    const entry = text.slice(Math.max(0, start - ENTRY_MAX_LENGTH), start)
    return factsOf(wordsOf(ENTRY.exec(entry)?.[1] ?? name))
  }
  const known = names.get(name)
  if (known !== undefined) return known
  const facts = factsOf(wordsOf(name))
  names.set(name, facts)
  return facts
}

function factsOf(words: readonly string[]): NameFacts {
  const name = words.join('').replace(NAME_SUFFIX, '')
  const opens = OPEN_NAME.test(name) ? undefined : opensOf(name)
  return { providers: providersOf(words), opens }
}

function opensOf(name: string): NameFacts['opens'] {
  if (name === 'key') return 'plain_key'
  if (PASSWORD_NAME.test(name)) return 'password'
  return KEY_NAME.test(name) ? 'key' : undefined
}

/** `clientSecret`, `CLIENT_SECRET` and `client-secret` are the same two words. */
function wordsOf(name: string): string[] {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
  return words.map((word) => word.toLowerCase())
}

/** The padding of base64 belongs to a value; the dot of a sentence does not. */
function valueEndOf(text: string, end: number): number {
  let index = end
  while (index < end + 2 && text[index] === '=') index += 1
  if (index > end) return isWordPart(text.charCodeAt(index)) ? end : index
  while (text[index - 1] === '.' || text[index - 1] === '/') index -= 1
  return index
}

/** `isPlainKey` where the name says no more than `key`, which many harmless things are called. */
function isKey(value: string, isPlainKey: boolean): boolean {
  if (value.length < KEY_MIN_LENGTH) return false
  if (isPlaceholder(value) || isSequence(value)) return false
  if (UUID.test(value)) return !isPlainKey && entropyOf(value) >= HEX_MIN_ENTROPY
  if (/^[0-9A-Fa-f]+$/.test(value)) return !isPlainKey && isHexKey(value)
  if (isName(value) || kindsIn(value) < 2 || value.includes('//')) return false
  const entropy = entropyOf(value)
  if (!isPlainKey) return entropy >= KEY_MIN_ENTROPY
  return value.length >= PLAIN_KEY_MIN_LENGTH && entropy >= PLAIN_KEY_MIN_ENTROPY
}

/** Machines write keys in one case; mixed case is the check of a public account. */
function isHexKey(value: string): boolean {
  if (value.length < HEX_MIN_LENGTH || (/[a-f]/.test(value) && /[A-F]/.test(value))) return false
  return entropyOf(value) >= HEX_MIN_ENTROPY
}

function isPassword(value: string): boolean {
  if (value.length < PASSWORD_MIN_LENGTH || isPlaceholder(value) || isSequence(value)) return false
  return kindsIn(value) >= 3 && !isName(value) && entropyOf(value) >= PASSWORD_MIN_ENTROPY
}

function push(
  spans: SensitiveSpan[],
  type: SensitiveType,
  start: number,
  end: number,
  detector: string,
): void {
  spans.push({ type, start, end, detector })
}

function isSign(code: number): boolean {
  return code === 61 || code === 58 || code === 62 || code === 63
}

function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96
}

function isGap(code: number): boolean {
  return code === 32 || code === 9 || code === 92 || isQuote(code) || code === 91 || code === 93
}

function isNamePart(code: number): boolean {
  return (isWordPart(code) && code < 128) || code === 45 || code === 46
}
