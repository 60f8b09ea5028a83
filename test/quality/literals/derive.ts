import { chainsOf, wordsOf } from './chains.ts'

/** What only a benchmark's own data says, by kind, each in the form it is looked for. */
export type Literals = { kind: Kind; values: ReadonlySet<string> }[]
type Kind = 'address' | 'host' | 'number' | 'file' | 'persona' | 'tag' | 'phrase'

/** The texts of labelled sessions: what carried an injection, and what benign sessions hold. */
export type PackTexts = {
  /** Each result that carried a payload. */
  exposed: readonly string[]
  /** Every text of a benign session. */
  benign: readonly string[]
  /** Every text there is, those of attacked sessions and their calls too. */
  all: readonly string[]
}

/** Values with a form of their own, as they stand in a text; in lower case. */
const FORMS: { kind: Exclude<Kind, 'persona' | 'phrase'>; form: RegExp }[] = [
  { kind: 'address', form: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g },
  { kind: 'host', form: /(?<=https?:\/\/|@|\bwww\.)[\w-]+(?:\.[\w-]+)+/g },
  { kind: 'number', form: /\b(?:[a-z]{2}\d{2}[a-z\d]{8,30}|\d{9,34})\b/g },
  { kind: 'file', form: /\b[a-z\d]+(?:[-_][a-z\d]+)+\.(?:txt|docx|xlsx|pdf|md|csv|pptx)\b/g },
  { kind: 'tag', form: /<\/?[a-z][a-z_-]*>/g },
]
/** Code may name a host without what tells one in a text. */
const BARE_HOST = /\b[\w-]+(?:\.[\w-]+)+\b/g
/** Names that standards keep free for examples belong to nobody's data. */
const FREE_HOST = /(?:^|[.@])(?:example(?:\.(?:com|org|net))?|invalid|test|localhost)$|\.example$/

/**
 * How long a chain of words must be to be a phrase, and the share of the exposed results it must
 * stand in: five words in every tenth, which is the wrapper that payloads share; eight in one in
 * two hundred, which is what single attacks ask for. None may stand in any benign text.
 */
const PHRASES = [
  { wordCount: 5, shareMin: 0.1 },
  { wordCount: 8, shareMin: 0.005 },
]
const PERSONA = /^([a-z]{3,})[._]([a-z]{3,})@/
/** John and Jane, and digits in their order, are nobody's. */
const FREE_VALUE = /^\w+ doe$|^0?123456789\d?$|^987654321$/
const TAG_COUNT_MIN = 3
const PHRASE_COUNT_MIN = 2

/** Derives the literals of a pack; nothing of it needs to be written down anywhere. */
export function literalsOf(texts: PackTexts): Literals {
  const distinct = [...new Set(texts.all.map((text) => text.toLowerCase()))]
  const formed = FORMS.filter(({ kind }) => kind !== 'tag').map(({ kind, form }) => ({
    kind,
    values: new Set(distinct.flatMap((text) => text.match(form) ?? []).filter(isOwned)),
  }))
  const addresses = formed.find(({ kind }) => kind === 'address')?.values ?? new Set<string>()
  return [
    ...formed,
    { kind: 'persona', values: personasOf(addresses) },
    { kind: 'tag', values: tagsOf(texts) },
    { kind: 'phrase', values: phrasesOf(texts) },
  ]
}

/** The literals that stand in a text of the repository, with their kinds. */
export function literalsIn(text: string, literals: Literals): string[] {
  const plain = plainOf(text)
  const words = wordsOf(plain)
  const chains = new Set([
    ...chainsOf(words, 2),
    ...PHRASES.flatMap(({ wordCount }) => [...chainsOf(words, wordCount)]),
  ])
  return literals.flatMap(({ kind, values }) => {
    const form = kind === 'host' ? BARE_HOST : FORMS.find((one) => one.kind === kind)?.form
    const found = form === undefined ? chains : new Set(plain.match(form) ?? [])
    return [...found].filter((value) => values.has(value)).map((value) => `${kind}: ${value}`)
  })
}

/** Lower case, without what regular expressions and quoted text put between letters. */
function plainOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\\s[+*]?/g, ' ')
    .replaceAll('\\', '')
}

function isOwned(value: string): boolean {
  return !FREE_HOST.test(value) && !FREE_VALUE.test(value)
}

/** People by their addresses: `first.last@…` is somebody called First Last. */
function personasOf(addresses: ReadonlySet<string>): Set<string> {
  const names = [...addresses].flatMap((address) => {
    const [, first, last] = PERSONA.exec(address) ?? []
    return first === undefined || last === undefined ? [] : [`${first} ${last}`]
  })
  return new Set(names.filter(isOwned))
}

/** Tags around payloads that benign texts never have. */
function tagsOf({ exposed, benign }: PackTexts): Set<string> {
  const form = FORMS.find(({ kind }) => kind === 'tag')?.form ?? /$^/
  const tagsIn = (text: string): Set<string> => new Set(text.toLowerCase().match(form) ?? [])
  return frequent(exposed, benign, TAG_COUNT_MIN, tagsIn)
}

function phrasesOf({ exposed, benign }: PackTexts): Set<string> {
  const phrases = PHRASES.flatMap(({ wordCount, shareMin }) => {
    const countMin = Math.max(PHRASE_COUNT_MIN, shareMin * exposed.length)
    const chainsIn = (text: string): Set<string> => chainsOf(wordsOf(text.toLowerCase()), wordCount)
    return [...frequent(exposed, benign, countMin, chainsIn)]
  })
  return new Set(phrases)
}

/** What stands in at least `countMin` exposed texts and in no benign one. */
function frequent(
  exposed: readonly string[],
  benign: readonly string[],
  countMin: number,
  valuesIn: (text: string) => Set<string>,
): Set<string> {
  const counts = new Map<string, number>()
  for (const [text, copies] of copiesOf(exposed))
    for (const value of valuesIn(text)) counts.set(value, (counts.get(value) ?? 0) + copies)
  const kept = new Set([...counts].filter(([, count]) => count >= countMin).map(([value]) => value))
  for (const text of new Set(benign)) for (const value of valuesIn(text)) kept.delete(value)
  return kept
}

/** Each text once, with how often it is there. */
function copiesOf(texts: readonly string[]): Map<string, number> {
  const copies = new Map<string, number>()
  for (const text of texts) copies.set(text, (copies.get(text) ?? 0) + 1)
  return copies
}
