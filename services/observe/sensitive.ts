import { scan } from './sensitive/scan.ts'
import type { SensitiveSpan, SensitiveType } from './sensitive/finding.ts'

export type { SensitiveSpan, SensitiveType } from './sensitive/finding.ts'

/**
 * The kinds of sensitive values in a text, sorted, also of those inside of base64, hexadecimal and
 * URL encoding. Numbers count only where their check holds, keys where no placeholder stands.
 */
export function sensitiveTypes(text: string): SensitiveType[] {
  const spans = scan(text, false)
  if (spans.length === 0) return []
  const types = new Set<SensitiveType>()
  for (const { type } of spans) {
    if (type !== 'email' && type !== 'ip_address') types.add(type)
  }
  return [...types].sort()
}

/**
 * Where the sensitive values of a text stand, by place; also mail and network addresses, which
 * tell who but open nothing.
 */
export function sensitiveSpans(text: string): SensitiveSpan[] {
  return scan(text, true)
}
