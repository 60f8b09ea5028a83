import { hashesOf, wordHash } from './hashing.ts'
import type { Token } from './token.ts'

const BACK = wordHash('back')
const CURRENCY =
  hashesOf(`eur euro euros usd dollar dollars gbp pound pounds chf franc francs yen jpy
  inr rupees cad aud sek nok dkk pln`)

/** What is owed or paid, by name. */
const MONEY =
  hashesOf(`amount sum difference balance money cash deposit salary wage wages fee fees debt
  owe owes refund reimbursement allowance alimony betrag geld montant argent importe dinero importo
  soldi bedrag`)
const DECIMALS = /^\d+[.,]\d\d$/

/** An amount behind a giving: with a currency or cents, to go back, or by its name. */
export function isMoney(text: string, tokens: readonly Token[], index: number): boolean {
  return tokens.slice(index + 1).some(({ kind, full, start, end }, at) => {
    if (kind === 'word') return MONEY.has(full)
    if (kind !== 'number') return false
    if (DECIMALS.test(text.slice(start, end))) return true
    const after = tokens[index + at + 2]?.full ?? 0
    return CURRENCY.has(after) || after === BACK || /[$€£¥]/.test(text.slice(start - 2, end + 2))
  })
}
