import { hashesOf, wordHash } from './hashing.ts'
import type { Token } from './token.ts'

const BACK = wordHash('back')
const CURRENCY =
  hashesOf(`eur euro euros usd dollar dollars gbp pound pounds chf franc francs yen jpy
  inr rupees cad aud sek nok dkk pln`)

/** An amount behind a giving: with a currency, or to go back. */
export function isMoney(text: string, tokens: readonly Token[], index: number): boolean {
  return tokens.slice(index + 1).some(({ kind, start, end }, at) => {
    if (kind !== 'number') return false
    const after = tokens[index + at + 2]?.full ?? 0
    return CURRENCY.has(after) || after === BACK || /[$€£¥]/.test(text.slice(start - 2, end + 2))
  })
}
