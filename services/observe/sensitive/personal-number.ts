import { isDigit, isWordPart } from '../characters.ts'
import type { Findings } from './finding.ts'

const CONTEXT_MAX_LENGTH = 48
const NUMBER_MAX_LENGTH = 25
const GROUP_MAX_LENGTH = 7
const CARD_MIN_DIGITS = 12
const CARD_MAX_DIGITS = 19
const SECURITY_NUMBER = /(\d{3})([- ]?)(\d{2})\2(\d{4})(?![A-Za-z0-9_]|[-.]\d)/y
const PRINTED = /\d{4}([ -])(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{4,5})(?!\w|-\d)/y
const CARD_CONTEXT =
  /\b(?:cards?|cc|credit|debit|visa|mastercard|maestro|amex|pan|jcb|diners|discover)\b|card_?n/i
const SECURITY_CONTEXT = /\bssns?\b|ssn|social.{0,3}security|\bsoc\.? ?sec/i

/** Beginnings by which issuers are known, and lengths that are told apart without a word nearby. */
const ISSUERS: readonly [from: number, to: number, lengths: readonly number[]][] = [
  [4, 4, [16, 19]],
  [51, 55, [16]],
  [2221, 2720, [16]],
  [2200, 2204, [16]],
  [34, 34, [15]],
  [37, 37, [15]],
  [6011, 6011, [16, 19]],
  [644, 649, [16, 19]],
  [65, 65, [16, 19]],
  [62, 62, [16, 17, 18, 19]],
  [3528, 3589, [16, 19]],
  [1800, 1800, [15]],
  [2131, 2131, [15]],
  [300, 305, [14]],
  [3095, 3095, [14]],
  [36, 36, [14]],
  [38, 39, [14]],
]

/**
 * Reports the card or social security number whose first digit stands at `start`, in groups or in
 * one go; where the digits end.
 */
export function findNumberAt({ text, spans }: Findings, start: number): number {
  let digitsEnd = start + 1
  while (isDigit(text.charCodeAt(digitsEnd))) digitsEnd += 1
  const length = digitsEnd - start
  if (length < 3 || isDecimal(text, start, digitsEnd)) return digitsEnd
  if (length === 3 || length === 9) {
    const end = securityNumberEnd(text, start)
    if (end === undefined) return digitsEnd
    spans.push({ type: 'ssn', start, end, detector: 'social-security-number' })
    return end
  }
  const end = length < CARD_MIN_DIGITS ? groupsEnd(text, start, length) : digitsEnd
  if (end - start < CARD_MIN_DIGITS || isWordPart(text.charCodeAt(end))) return digitsEnd
  if (!isCard(text, start, text.slice(start, end))) return digitsEnd
  spans.push({ type: 'payment_card', start, end, detector: 'payment-card' })
  return end
}

/** Whether the check digit of a number is right. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Where a card in groups ends: as printed on cards, else all groups that follow one another. */
function groupsEnd(text: string, start: number, firstLength: number): number {
  if (firstLength > GROUP_MAX_LENGTH) return start
  PRINTED.lastIndex = start
  if (firstLength === 4 && PRINTED.test(text)) return PRINTED.lastIndex
  const limit = Math.min(text.length, start + NUMBER_MAX_LENGTH)
  let index = start
  while (index < limit) {
    const code = text.charCodeAt(index)
    const isJoint = (code === 32 || code === 45) && isDigit(text.charCodeAt(index + 1))
    if (!isDigit(code) && !isJoint) break
    index += 1
  }
  return index
}

/** Whether digits go on after a dot or before it: an amount, a version, an address. */
function isDecimal(text: string, start: number, end: number): boolean {
  if (text[end] === '.' && isDigit(text.charCodeAt(end + 1))) return true
  return text[start - 1] === '.' && isDigit(text.charCodeAt(start - 2))
}

/**
 * Where three, two and four digits end, without the ranges that are never given out; where no
 * hyphens part them a word must say what they are.
 */
function securityNumberEnd(text: string, start: number): number | undefined {
  SECURITY_NUMBER.lastIndex = start
  const groups = SECURITY_NUMBER.exec(text)
  if (groups === null) return undefined
  const [written, area = '', joint, group, serial] = groups
  if (area === '000' || area === '666' || area.startsWith('9')) return undefined
  if (group === '00' || serial === '0000') return undefined
  const isSure =
    joint === '-' ? text[start - 1] !== '-' : SECURITY_CONTEXT.test(before(text, start))
  return isSure ? start + written.length : undefined
}

/** The check digit, and an issuer's beginning or a word that says what it is. */
function isCard(text: string, start: number, written: string): boolean {
  const groups = written.split(/[ -]/)
  const digits = groups.join('')
  if (digits.length < CARD_MIN_DIGITS || digits.length > CARD_MAX_DIGITS) return false
  if (groups.length > 5 || (written.includes(' ') && written.includes('-'))) return false
  const isGrouped = groups.length > 1
  if (isGrouped && groups.some((group) => group.length < 3 || group.length > 7)) return false
  if (/^(\d)\1+$/.test(digits) || !passesLuhn(digits)) return false
  if (isIssued(digits)) return true
  const goesOn = /[ -]/.test(text[start - 1] ?? '') && isDigit(text.charCodeAt(start - 2))
  return !goesOn && CARD_CONTEXT.test(before(text, start))
}

function isIssued(digits: string): boolean {
  return ISSUERS.some(([from, to, lengths]) => {
    const prefix = Number(digits.slice(0, String(from).length))
    return prefix >= from && prefix <= to && lengths.includes(digits.length)
  })
}

function before(text: string, start: number): string {
  return text.slice(Math.max(0, start - CONTEXT_MAX_LENGTH), start)
}
