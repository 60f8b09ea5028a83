import { isWordPart } from './characters.ts'

type CredentialType = 'api_key' | 'jwt' | 'private_key'
type Shape = { prefix: string; minLength: number; alphabet: RegExp; type: CredentialType }

const KEY_CHARACTER = /[A-Za-z0-9_-]/
const UPPER_CHARACTER = /[A-Z0-9]/
const DOTTED_CHARACTER = /[A-Za-z0-9_.=-]/
/** Prefixes that providers give their keys, and how much must follow. */
const SHAPES: readonly Shape[] = [
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((prefix) => shape(prefix, 16, UPPER_CHARACTER)),
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => shape(prefix, 36)),
  ...['github_pat_', 'glpat-', 'gldt-', 'glrt-', 'dop_v1_', 'npm_', 'pypi-'].map((prefix) =>
    shape(prefix, 20),
  ),
  ...['sk_live_', 'rk_live_', 'sk_test_', 'sk-ant-', 'sk-proj-', 'sk-'].map((prefix) =>
    shape(prefix, 20),
  ),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xapp-'].map((prefix) => shape(prefix, 20)),
  ...['AIza', 'hf_', 'shpat_', 'shpss_', 'lin_api_', 'PMAK-', 'dapi', 'key-', 'hvs.'].map(
    (prefix) => shape(prefix, 30),
  ),
  ...['ya29.', 'SG.', 'ops_ey'].map((prefix) => shape(prefix, 32, DOTTED_CHARACTER)),
  { prefix: 'eyJ', minLength: 40, alphabet: DOTTED_CHARACTER, type: 'jwt' },
]
const NAME_ENDINGS = ['api_key', 'apikey', 'api-key', 'secret', 'token', 'access_key', 'secret_key']
const NAMED_MIN_LENGTH = 16
const NAMED_MIN_ENTROPY = 3.5
const NAME_MAX_LENGTH = 40

/** Kinds of credentials in a text: by a provider's prefix, a PEM header, or a telling name. */
export function findCredentials(text: string): CredentialType[] {
  const found = new Set<CredentialType>()
  if (text.includes('PRIVATE KEY') && /-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY/.test(text)) {
    found.add('private_key')
  }
  if (!hasLongRun(text)) return [...found]
  for (const candidate of SHAPES) {
    if (!found.has(candidate.type) && hasShape(text, candidate)) found.add(candidate.type)
  }
  if (!found.has('api_key') && hasNamedKey(text)) found.add('api_key')
  return [...found]
}

/** Whether anything is long enough to be a key: most texts are done here. */
function hasLongRun(text: string): boolean {
  let start = 0
  for (let index = 0; index < text.length; index += 1) {
    if (isKeyPart(text.charCodeAt(index))) continue
    if (index - start >= NAMED_MIN_LENGTH) return true
    start = index + 1
  }
  return text.length - start >= NAMED_MIN_LENGTH
}

/** Letters, digits, hyphen, dot and underscore. */
function isKeyPart(code: number): boolean {
  if (code >= 97 && code <= 122) return true
  if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90)) return true
  return code === 45 || code === 46 || code === 95
}

function shape(prefix: string, minLength: number, alphabet = KEY_CHARACTER): Shape {
  return { prefix, minLength, alphabet, type: 'api_key' }
}

function hasShape(text: string, { prefix, minLength, alphabet, type }: Shape): boolean {
  let start = text.indexOf(prefix)
  while (start >= 0) {
    const from = start + prefix.length
    let end = from
    while (end - from < 64 && alphabet.test(text[end] ?? ' ')) end += 1
    const body = text.slice(from, end)
    const isWhole = !isWordPart(text.charCodeAt(start - 1)) && body.length >= minLength
    if (isWhole && !isExample(body) && isRandom(body) && (type !== 'jwt' || body.includes('.'))) {
      return true
    }
    start = text.indexOf(prefix, from)
  }
  return false
}

/** `api_key = "…"`, `client_secret: …`: a long value of many different characters. */
function hasNamedKey(text: string): boolean {
  for (let index = text.indexOf('='); index >= 0; index = text.indexOf('=', index + 1)) {
    if (isNamedKeyAt(text, index)) return true
  }
  for (let index = text.indexOf(':'); index >= 0; index = text.indexOf(':', index + 1)) {
    if (isNamedKeyAt(text, index)) return true
  }
  return false
}

function isNamedKeyAt(text: string, sign: number): boolean {
  let nameEnd = sign
  while (nameEnd > sign - 3 && ' "\''.includes(text[nameEnd - 1] ?? 'x')) nameEnd -= 1
  const last = text.charCodeAt(nameEnd - 1) | 32
  if (last !== 121 && last !== 116 && last !== 110) return false // key, secret, token
  const name = text.slice(Math.max(0, nameEnd - NAME_MAX_LENGTH), nameEnd).toLowerCase()
  if (!NAME_ENDINGS.some((ending) => name.endsWith(ending))) return false
  let from = sign + 1
  while (from < sign + 4 && ' "\'>'.includes(text[from] ?? 'x')) from += 1
  let end = from
  while (end - from < 128 && /[A-Za-z0-9_+/=.~-]/.test(text[end] ?? ' ')) end += 1
  const value = text.slice(from, end)
  if (value.length < NAMED_MIN_LENGTH || isExample(value)) return false
  return isRandom(value) && entropyOf(value) >= NAMED_MIN_ENTROPY
}

function isExample(value: string): boolean {
  return /example|xxxx|placeholder|\.\.\./i.test(value)
}

function isRandom(value: string): boolean {
  const isMixed = /[A-Z]/.test(value) && /[a-z]/.test(value)
  return (isMixed || (/\d/.test(value) && /[A-Za-z]/.test(value))) && new Set(value).size > 6
}

function entropyOf(value: string): number {
  const counts = new Map<string, number>()
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1)
  return [...counts.values()].reduce((bits, count) => {
    const share = count / value.length
    return bits - share * Math.log2(share)
  }, 0)
}
