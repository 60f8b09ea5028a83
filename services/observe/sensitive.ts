import { isDigit, isUpper, isWordPart } from './characters.ts'
import { findCredentials } from './credentials.ts'

/** Kinds of sensitive values that are told apart. */
export type SensitiveType = 'ssn' | 'payment_card' | 'iban' | 'api_key' | 'jwt' | 'private_key'

const CARD_LENGTHS: [prefixFrom: number, prefixTo: number, lengths: readonly number[]][] = [
  [4, 4, [13, 16, 19]],
  [51, 55, [16]],
  [2221, 2720, [16]],
  [34, 34, [15]],
  [37, 37, [15]],
  [6011, 6011, [16, 19]],
  [644, 649, [16]],
  [65, 65, [16]],
  [3528, 3589, [16]],
  [300, 305, [14]],
  [36, 36, [14]],
  [38, 39, [14]],
]
/** Lengths of account numbers by country, as registered. */
const IBAN_LENGTHS = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20
    ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IS26 IT27 JO30 KW30
    KZ20 LB28 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29
    PT25 QA29 RO24 RS22 SA24 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 XK20`
    .split(/\s+/)
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** The kinds of sensitive values in a text, sorted. Numbers count only where their check holds. */
export function sensitiveTypes(text: string): SensitiveType[] {
  const found = new Set<SensitiveType>(findCredentials(text))
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (isDigit(code)) {
      if (isWordPart(text.charCodeAt(index - 1))) continue
      const end = groupsEnd(text, index, 25)
      const type = numberType(text.slice(index, end))
      if (type !== undefined) found.add(type)
      while (index + 1 < end && isDigit(text.charCodeAt(index + 1))) index += 1
    } else if (isUpper(code) && isIbanAt(text, index)) found.add('iban')
  }
  return [...found].sort()
}

/** End of digits with single blanks, hyphens or dots between their groups. */
function groupsEnd(text: string, start: number, maxLength: number): number {
  const limit = Math.min(text.length, start + maxLength)
  let index = start
  while (index < limit) {
    const isJoint = ' -'.includes(text[index] ?? 'x') && isDigit(text.charCodeAt(index + 1))
    if (!isDigit(text.charCodeAt(index)) && !isJoint) break
    index += 1
  }
  return isWordPart(text.charCodeAt(index)) ? start : index
}

function numberType(text: string): SensitiveType | undefined {
  const groups = text.split(/[ -]/)
  const joint = text.includes('-') ? '-' : ' '
  if (isSocialSecurityNumber(groups.slice(0, 3), joint)) {
    if (groups.length === 3) return 'ssn'
  }
  const isMixed = text.includes(' ') && text.includes('-')
  if (isMixed || groups.length > 5) return undefined
  return isCard(groups.join(''), groups) ? 'payment_card' : undefined
}

/** Three, two and four digits, without the ranges that are never given out. */
function isSocialSecurityNumber(groups: readonly string[], joint: string): boolean {
  const [area = '', group = '', serial = ''] = groups
  if (area.length !== 3 || group.length !== 2 || serial.length !== 4 || joint !== '-') return false
  if (area === '000' || area === '666' || area.startsWith('9')) return false
  return group !== '00' && serial !== '0000'
}

function isCard(digits: string, groups: readonly string[]): boolean {
  if (digits.length < 13 || digits.length > 19) return false
  if (groups.length > 1 && groups.some((group) => group.length < 3 || group.length > 7))
    return false
  const isIssued = CARD_LENGTHS.some(([from, to, lengths]) => {
    const prefix = Number(digits.slice(0, String(from).length))
    return prefix >= from && prefix <= to && lengths.includes(digits.length)
  })
  return isIssued && new Set(digits).size > 1 && passesLuhn(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** An account number whose remainder is right, written in one go or in groups. */
function isIbanAt(text: string, start: number): boolean {
  if (!isUpper(text.charCodeAt(start + 1)) || isWordPart(text.charCodeAt(start - 1))) return false
  if (!isDigit(text.charCodeAt(start + 2)) || !isDigit(text.charCodeAt(start + 3))) return false
  const length = IBAN_LENGTHS.get(text.slice(start, start + 2))
  if (length === undefined) return false
  let remainder = 0
  let count = 0
  const country = text.slice(start, start + 4)
  let index = start + 4
  for (; count < length - 4; index += 1) {
    const char = text[index] ?? ''
    if (char === ' ' && index > start + 4 - 1) continue
    if (!/^[0-9A-Z]$/.test(char) || index > start + length * 2) return false
    remainder = appended(remainder, char)
    count += 1
  }
  for (const char of country) remainder = appended(remainder, char)
  return remainder === 1 && !isWordPart(text.charCodeAt(index))
}

function appended(remainder: number, char: string): number {
  const value = Number.parseInt(char, 36)
  return (remainder * (value > 9 ? 100 : 10) + value) % 97
}
