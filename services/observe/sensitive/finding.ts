/** Kinds of sensitive values that are told apart. */
export type SensitiveType =
  | 'ssn'
  | 'payment_card'
  | 'iban'
  | 'api_key'
  | 'jwt'
  | 'password'
  | 'private_key'

/** Kinds that are told apart by place: also how people and machines are reached. */
type SpanType = SensitiveType | 'email' | 'ip_address'

/**
 * Where a sensitive value stands: `start` inclusive, `end` exclusive, in UTF-16 units. What was
 * found inside an encoded run has the place of the run. `detector` names the format.
 */
export type SensitiveSpan = { type: SpanType; start: number; end: number; detector: string }

/** What a name says about its value. */
export type NameFacts = {
  providers: readonly Provider[]
  opens: 'key' | 'plain_key' | 'password' | undefined
}

/** The shape of a provider's values that its name tells from other numbers. */
export type Provider = {
  detector: string
  names: readonly string[]
  shape: RegExp
  entropyMin: number
}

/** What detectors report to while a text is read. */
export type Findings = {
  readonly text: string
  readonly spans: SensitiveSpan[]
  /** Findings by a telling name only: they yield to those that know the format. */
  readonly named: SensitiveSpan[]
  /** Mail and network addresses, which stand for themselves. */
  readonly contacts: SensitiveSpan[]
  /** What encoded runs hold, at the place of the run. */
  readonly inside: SensitiveSpan[]
  /** What the names before values in this text mean, each read once. */
  readonly names: Map<string, NameFacts>
  /** Where the last command that was read ends: one inside of it is a part of it. */
  commandEnd: number
}

/** Nothing found yet in a text. */
export function noFindings(text: string): Findings {
  return { text, spans: [], named: [], contacts: [], inside: [], names: new Map(), commandEnd: 0 }
}

/**
 * Spans in order, without those inside of another, those by name that another knows better, and
 * those that decoding found once more.
 */
export function resolved({ spans, named, contacts, inside }: Findings): SensitiveSpan[] {
  if (spans.length + named.length + contacts.length + inside.length === 0) return []
  const known = withoutInner(spans)
  const byName = beside(withoutInner(named), known, () => true)
  const found =
    byName.length + contacts.length === 0
      ? known
      : [...known, ...byName, ...withoutInner(contacts)].sort(byPlace)
  if (inside.length === 0) return found
  const decoded = innermost([...inside].sort(byPlace))
  const others = beside(decoded, found, (a, b) => a.type === b.type)
  return [...found, ...others].sort(byPlace)
}

/** An address and the run inside of it are decoded both: the run tells the place better. */
function innermost(spans: readonly SensitiveSpan[]): SensitiveSpan[] {
  return spans.filter((span, index) => {
    for (let next = index + 1; next < spans.length; next += 1) {
      const other = spans[next]
      if (other === undefined || other.start >= span.end) return true
      if (other.type === span.type) return false
    }
    return true
  })
}

/** Those spans that overlap none of the others that is the same; both in order. */
function beside(
  spans: readonly SensitiveSpan[],
  others: readonly SensitiveSpan[],
  isSame: (span: SensitiveSpan, other: SensitiveSpan) => boolean,
): SensitiveSpan[] {
  let from = 0
  return spans.filter((span) => {
    while (from < others.length && (others[from]?.end ?? 0) <= span.start) from += 1
    for (let index = from; index < others.length; index += 1) {
      const other = others[index]
      if (other === undefined || other.start >= span.end) return true
      if (other.end > span.start && isSame(span, other)) return false
    }
    return true
  })
}

function withoutInner(spans: readonly SensitiveSpan[]): SensitiveSpan[] {
  let end = -1
  return [...spans].sort(byPlace).filter((span) => {
    if (span.end <= end) return false
    end = span.end
    return true
  })
}

function byPlace(a: SensitiveSpan, b: SensitiveSpan): number {
  return a.start - b.start || b.end - a.end
}
