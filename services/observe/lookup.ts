import { getDomain } from 'tldts'

import { MINUTE_US } from '#domain/time.ts'

/** How many names below one domain were looked up within a minute. */
export type LookupCount = { domain: string; sinceUs: number; lookups: number; carriers: number }

/** What is meant by a sign that a lookup carries data; two of the five are a tunnel's form. */
const LENGTH_MAX = 52
const LABEL_MAX = 30
const LABELS_MAX = 5
const ENTROPY_MAX = 3.5
const LOOKUPS_A_MINUTE_MAX = 100
/** A lone TXT record is everyday; a tunnel's lookups are all of such types. */
const CARRIERS_MIN_COUNT = 10
const CARRIERS_MIN_SHARE = 0.5
const DOMAINS_MAX_COUNT = 16
/** Types of records that bring much back: TXT, NULL, and those of tunnels that avoid both. */
const CARRIER_TYPES: ReadonlySet<string> = new Set(['TXT', 'NULL', 'PRIVATE', '16', '10', '65399'])

const SERVICE_LABEL = /^_[a-z][a-z-]{0,14}$/i

const OPTIONS = { allowPrivateDomains: true, validateHostname: false, extractHostname: false }

/**
 * The domain somebody registered, by the public suffix list; below suffixes of companies (as
 * `github.io`) each customer's. A name that is itself a suffix is its own. Null for addresses and
 * names of one label.
 */
export function registeredDomain(host: string): string | null {
  const domain = getDomain(host, OPTIONS)
  if (domain !== null) return domain
  return /^[^.:]+\.[^:]*[^.:\d][^:]*$/.test(host) ? host : null
}

/**
 * Measures of a name that was looked up (`lookup.…`): its length, and of its labels, those of
 * services aside, their number, the longest one's length, and bits a character of the longest one
 * below the registered domain. Words in a row are as varied as noise, a word by itself is not.
 */
export function lookupFeatures(name: string): Record<string, number> {
  const labels = dataLabels(name)
  const domain = registeredDomain(name) ?? ''
  const below = dataLabels(name.slice(0, Math.max(0, name.length - domain.length)))
  return {
    'lookup.length': name.length,
    'lookup.labels': labels.length,
    'lookup.longest_label': longest(labels).length,
    'lookup.entropy': entropyOf(longest(below)),
  }
}

/** Labels that somebody chose: `_ldap._tcp` names a service (RFC 8552), and no data fits in it. */
function dataLabels(name: string): string[] {
  return name.split('.').filter((label) => label !== '' && !SERVICE_LABEL.test(label))
}

function longest(labels: readonly string[]): string {
  return labels.reduce((best, label) => (label.length > best.length ? label : best), '')
}

/**
 * Counts one more lookup, and adds to its measures how many there were below its domain within a
 * minute, the share of types that carry data, and how many of five signs it shows (`lookup.signs`):
 * a long name or label, many labels, a dense name, many lookups, mostly types that carry data.
 */
export function tunnelFeatures(
  counts: LookupCount[],
  name: string,
  type: string | null,
  atUs: number,
): Record<string, number> {
  const features = lookupFeatures(name)
  const count = countLookup(counts, registeredDomain(name) ?? name, atUs)
  count.lookups += 1
  if (type !== null && CARRIER_TYPES.has(type.toUpperCase())) count.carriers += 1
  const share = count.carriers / count.lookups
  const signs = [
    (features['lookup.length'] ?? 0) > LENGTH_MAX ||
      (features['lookup.longest_label'] ?? 0) > LABEL_MAX,
    (features['lookup.labels'] ?? 0) > LABELS_MAX,
    (features['lookup.entropy'] ?? 0) > ENTROPY_MAX,
    count.lookups > LOOKUPS_A_MINUTE_MAX,
    count.carriers >= CARRIERS_MIN_COUNT && share >= CARRIERS_MIN_SHARE,
  ]
  return {
    ...features,
    'lookup.a_minute': count.lookups,
    'lookup.carrier_share': Math.round(share * 1000) / 1000,
    'lookup.signs': signs.filter(Boolean).length,
  }
}

/** The running count of a domain; a new minute starts anew, the domain longest unheard goes. */
function countLookup(counts: LookupCount[], domain: string, atUs: number): LookupCount {
  const index = counts.findIndex((one) => one.domain === domain)
  const known = index < 0 ? undefined : counts.splice(index, 1)[0]
  const isCurrent = known !== undefined && atUs - known.sinceUs < MINUTE_US
  const count = isCurrent ? known : { domain, sinceUs: atUs, lookups: 0, carriers: 0 }
  counts.push(count)
  if (counts.length > DOMAINS_MAX_COUNT) counts.shift()
  return count
}

function entropyOf(text: string): number {
  const chars = new Map<string, number>()
  for (const char of text) chars.set(char, (chars.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of chars.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return Math.round(bits * 1e6) / 1e6
}
