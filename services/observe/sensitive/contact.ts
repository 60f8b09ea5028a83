import { isDigit, isLetter, isWordPart } from '../characters.ts'
import type { Findings } from './finding.ts'

const LOCAL_MAX_LENGTH = 64
const DOMAIN_MAX_LENGTH = 253
const ADDRESS_6 = /[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?<=:\d{1,3})(?:\.\d{1,3}){3})?/y
const ADDRESS_6_MAX_LENGTH = 39
const VERSION_CONTEXT =
  /(?:ver|version|build|release|revision|firmware|assembly|driver|v)["' ]{0,2}[:=]?["' ]{0,2}$/i

/** Reports the mail address around the `@` at `index`. */
export function findMailAt({ text, contacts }: Findings, index: number): void {
  let start = index
  while (start > index - LOCAL_MAX_LENGTH && isLocalPart(text.charCodeAt(start - 1))) start -= 1
  while (start < index && !isWordPart(text.charCodeAt(start))) start += 1
  if (start === index || text[index - 1] === '.' || text[start - 1] === '/') return
  let end = index + 1
  while (end < index + DOMAIN_MAX_LENGTH && isDomainPart(text.charCodeAt(end))) end += 1
  while (end > index && !isWordPart(text.charCodeAt(end - 1))) end -= 1
  const domain = text.slice(index + 1, end)
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}$/.test(domain)) return
  if (domain.includes('..') || /^\d+x\./.test(domain) || text.slice(start, index) === 'git') return
  contacts.push({ type: 'email', start, end, detector: 'mail-address' })
}

/** Reports the IPv4 address whose first digit stands at `start`; where it ends, or `start`. */
export function findAddressAt({ text, contacts }: Findings, start: number): number {
  const end = addressEnd(text, start)
  if (end === undefined || isPartOfName(text, start)) return start
  contacts.push({ type: 'ip_address', start, end, detector: 'ipv4-address' })
  return end
}

/** Reports the IPv6 address around the first `:` of it, at `index`; where it ends, or `index`. */
export function findAddress6At({ text, contacts }: Findings, index: number): number {
  let start = index
  while (start > index - 4 && isHexDigit(text.charCodeAt(start - 1))) start -= 1
  const previous = text.charCodeAt(start - 1)
  if (isWordPart(previous) || previous === 58 || previous === 46) return index
  ADDRESS_6.lastIndex = start
  if (!ADDRESS_6.test(text)) return index
  const end = ADDRESS_6.lastIndex
  const next = text.charCodeAt(end)
  if (isWordPart(next) || next === 58) return index
  if (!isAddress6(text.slice(start, end))) return index
  contacts.push({ type: 'ip_address', start, end, detector: 'ipv6-address' })
  return end
}

/** Four numbers up to 255 that no further digit or dot joins. */
function addressEnd(text: string, start: number): number | undefined {
  let index = start
  for (let part = 0; part < 4; part += 1) {
    const from = index
    while (index < from + 3 && isDigit(text.charCodeAt(index))) index += 1
    if (index === from || Number(text.slice(from, index)) > 255) return undefined
    if (text[from] === '0' && index > from + 1) return undefined
    if (part === 3) break
    if (text.charCodeAt(index) !== 46) return undefined
    index += 1
  }
  if (isWordPart(text.charCodeAt(index))) return undefined
  const goesOn = text[index] === '.' && isWordPart(text.charCodeAt(index + 1))
  return goesOn ? undefined : index
}

/** After a dot, a name and a slash, or a word for versions: not the address of a machine. */
function isPartOfName(text: string, start: number): boolean {
  const previous = text[start - 1]
  if (previous === '.') return true
  if (previous === '-' || previous === '/') return isLetter(text.charCodeAt(start - 2))
  return VERSION_CONTEXT.test(text.slice(Math.max(0, start - 16), start))
}

/** Eight groups, or fewer around one `::`; something must be a digit. */
function isAddress6(address: string): boolean {
  const doubled = address.split('::').length - 1
  if (doubled > 1 || address.includes(':::') || !/\d/.test(address)) return false
  if (address.length > ADDRESS_6_MAX_LENGTH || /^:[^:]|[^:]:$/.test(address)) return false
  const groups = address.split(':').filter((group) => group !== '')
  const count = groups.length + (address.includes('.') ? 1 : 0)
  return doubled === 1 ? count < 8 && count > 0 : count === 8
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102)
}

/** What stands before the `@`: letters, digits and the signs people use there. */
function isLocalPart(code: number): boolean {
  if (code > 127) return false
  return isWordPart(code) || code === 46 || code === 43 || code === 45 || code === 37 || code === 39
}

function isDomainPart(code: number): boolean {
  return code < 128 && (isWordPart(code) || code === 46 || code === 45)
}
