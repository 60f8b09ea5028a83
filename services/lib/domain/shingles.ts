import { createHash } from 'node:crypto'

/** So many words in a row make a shingle; a shorter text is one shingle. */
const WORDS_PER_SHINGLE = 8
const SHINGLES_MAX_COUNT = 4_096
const SHINGLE_HEX_LENGTH = 16

type Word = { text: string; start: number; end: number }

/**
 * Hashes of a text's runs of words, each once, sorted: what a restriction `sanitise` names. Case,
 * compatibility forms and what stands between words do not matter. At most 4,096, the first.
 */
export function contentShingles(text: string): string[] {
  const found = new Set<string>()
  for (const { hash } of shinglesOf(wordsOf(text))) {
    if (found.size >= SHINGLES_MAX_COUNT) break
    found.add(hash)
  }
  return [...found].sort()
}

/** A text without the runs of words that these shingles name, and how many runs were cut out. */
export function withoutShingles(
  text: string,
  shingles: ReadonlySet<string>,
  mark: string,
): { text: string; cutCount: number } {
  const cuts: { start: number; end: number }[] = []
  const words = wordsOf(text)
  for (const { hash, start, end } of shinglesOf(words)) {
    if (!shingles.has(hash)) continue
    const last = cuts.at(-1)
    if (last !== undefined && start <= last.end) last.end = end
    else cuts.push({ start, end })
  }
  let kept = ''
  let from = 0
  for (const { start, end } of cuts) {
    kept += text.slice(from, start) + mark
    from = end
  }
  return { text: kept + text.slice(from), cutCount: cuts.length }
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({
    text: match[0].normalize('NFKC').toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }))
}

function* shinglesOf(words: readonly Word[]): Generator<{
  hash: string
  start: number
  end: number
}> {
  const size = Math.min(WORDS_PER_SHINGLE, words.length)
  if (size === 0) return
  for (let first = 0; first + size <= words.length; first += 1) {
    const run = words.slice(first, first + size)
    const text = run.map((word) => word.text).join(' ')
    const hash = createHash('sha256').update(text).digest('hex').slice(0, SHINGLE_HEX_LENGTH)
    yield { hash, start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0 }
  }
}
