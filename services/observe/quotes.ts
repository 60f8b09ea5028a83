import type { Token } from './token.ts'

/** A stretch of text that is quoted: a value, not an order. */
export type Quote = { start: number; end: number }

const QUOTES_MAX_COUNT = 64
/** A single quote is none inside a word: Ann's. */
const SINGLE = String.raw`(?<![\p{L}\p{N}])'[^\s'](?:[^'\n]|'(?=\p{L})){0,200}'(?!\p{L})`
const QUOTED = new RegExp(
  String.raw`"[^"\n]{1,200}"|“[^”\n]{1,200}”|«[^»\n]{1,200}»|„[^“”\n]{1,200}[“”]|${SINGLE}`,
  'gu',
)

/** The first quotes of a text: between double or single ones of any form, on one line. */
export function quotesIn(text: string): Quote[] {
  const quotes: Quote[] = []
  for (const match of text.matchAll(QUOTED)) {
    if (quotes.length >= QUOTES_MAX_COUNT) break
    const length = match[0].length
    quotes.push({ start: match.index, end: match.index + length })
  }
  return quotes
}

/** Whether a token stands in a quote. */
export function isQuoted(quotes: readonly Quote[], { start }: Token): boolean {
  return quotes.some((quote) => quote.start <= start && start < quote.end)
}
