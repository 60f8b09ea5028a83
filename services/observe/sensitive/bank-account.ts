import { isLetter, isWordPart } from '../characters.ts'
import type { Findings } from './finding.ts'

const IBAN_MIN_LENGTH = 15
/** Lengths of account numbers by country, as registered. */
const IBAN_LENGTHS = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28
    IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22
    MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
    SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry): [string, number] => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** Reports the account number that begins at `start`, in one go or in groups of up to four. */
export function findAccountAt({ text, spans }: Findings, start: number): void {
  const country = text.slice(start, start + 2).toUpperCase()
  const length = IBAN_LENGTHS.get(country)
  if (length === undefined || text.length - start < IBAN_MIN_LENGTH) return
  const end = accountEnd(text, start, length)
  if (end === undefined || isWordPart(text.charCodeAt(end))) return
  const account = text.slice(start, end).replaceAll(/[ -]/g, '').toUpperCase()
  if (remainderOf(account.slice(4) + account.slice(0, 4)) !== 1) return
  spans.push({ type: 'iban', start, end, detector: 'bank-account' })
}

/** Where `length` letters and digits end; blanks or hyphens only after every fourth of them. */
function accountEnd(text: string, start: number, length: number): number | undefined {
  let index = start
  for (let count = 0; count < length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 32 || code === 45) {
      if (count % 4 !== 0 || text.charCodeAt(index - 1) === code) return undefined
      continue
    }
    if (code === 95 || code > 127 || !isWordPart(code)) return undefined
    count += 1
  }
  return index
}

/** The number that an account stands for (A is 10 … Z is 35), modulo 97. */
function remainderOf(account: string): number {
  let remainder = 0
  for (let index = 0; index < account.length; index += 1) {
    const code = account.charCodeAt(index)
    remainder = isLetter(code)
      ? (remainder * 100 + code - 55) % 97
      : (remainder * 10 + code - 48) % 97
  }
  return remainder
}
