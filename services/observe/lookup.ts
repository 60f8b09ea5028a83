const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/
/** Second labels below which whole countries register names. */
const SHARED_SECOND_LABELS: ReadonlySet<string> = new Set(
  'ac co com edu gob gouv gov govt ltd mil ne net nhs nom or org plc sch'.split(' '),
)
const COUNTRY_LENGTH = 2

/**
 * The domain somebody registered, as far as a name tells: its last two labels, three below the
 * `co.uk` kind. Null for addresses and names of one label.
 */
export function registeredDomain(host: string): string | null {
  if (IPV4.test(host) || host.includes(':')) return null
  const labels = host.split('.').filter((label) => label !== '')
  if (labels.length < 2) return null
  const isShared =
    labels.length > 2 &&
    labels.at(-1)?.length === COUNTRY_LENGTH &&
    SHARED_SECOND_LABELS.has(labels.at(-2) ?? '')
  return labels.slice(isShared ? -3 : -2).join('.')
}

/** Measures of a name that was looked up (`lookup.…`): lengths, labels, bits a character. */
export function lookupFeatures(name: string): Record<string, number> {
  const labels = name.split('.').filter((label) => label !== '')
  return {
    'lookup.length': name.length,
    'lookup.labels': labels.length,
    'lookup.longest_label': Math.max(0, ...labels.map((label) => label.length)),
    'lookup.entropy': entropyOf(labels.slice(0, -2).join('')),
  }
}

function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length)
  return Math.round(bits * 1e6) / 1e6
}
