import { hashesOf, wordHash } from './hashing.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/** What a user looks up elsewhere to do what he asks for. */
const FACTS = hashesOf(`
  detail details info information data address addresses email mail phone number numbers account
  iban amount sum price date dates time place location name names id code link url list rest content
  contents answer figures values specs particulars coordinates contact conditions item items
  background context everything
  daten adresse nummer konto angaben betrag adresse numéro compte coordonnées montant détails
  dirección número cuenta datos detalles importe indirizzo numero conto dati dettagli gegevens adres
  nummer rekening bedrag`)
const STANDS = hashesOf(
  'is are stands stand sits lies comes steht stehen est sont está están è sono',
)
const INSIDE = hashesOf('in on at from under inside within by auf im unter dans sur en nel in op')
const FINDING = hashesOf('find see get take have look findest trouveras encontrarás trovi vindt')
const TO = wordHash('to')
const YOU = wordHash('you')
const YOU_REACH_TOKENS = 3
const SEE = hashesOf('see cf per siehe voir ver vedi zie')
const BETWEEN_TOKENS = 4
const PER = wordHash('per')
/** So much for each of these. */
const UNITS = hashesOf(`person head guest user day night week month year hour minute item unit piece
  room trip ticket order call mile km kg pound page cent annum capita diem`)

/**
 * Whether words of a user say where a value stands that is needed for what he asks: "the address is
 * on her site", "you can find it in the note", "see the contract".
 */
export function points(tokens: readonly Token[]): boolean {
  const hashes = tokens.map(({ full }) => full)
  return hashes.some((word, index) => {
    const isAhead = index > 0 && index < hashes.length - 1
    if (word === PER && UNITS.has(hashes[index + 1] ?? 0)) return false
    if (SEE.has(word)) return isAhead && hashes[index - 1] !== TO && hashes[index - 1] !== YOU
    if (!INSIDE.has(word) || !isAhead) return false
    if (isFound(tokens.slice(0, index))) return true
    const near = hashes.slice(Math.max(0, index - BETWEEN_TOKENS), index)
    return near.some((fact) => FACTS.has(fact)) && isPlaced(near)
  })
}

/** "You can find …", "you will see …", and not "can you find …?" */
function isFound(before: readonly Token[]): boolean {
  const at = before.findIndex(({ full }) => FINDING.has(full))
  const you = before.findLastIndex(({ full }, index) => index < at && full === YOU)
  if (you < 0 || you < at - YOU_REACH_TOKENS) return false
  return ((before[you - 1]?.traits ?? 0) & TRAIT.asking) === 0
}

/** "The address [is] in …" */
function isPlaced(near: readonly number[]): boolean {
  const last = near.at(-1) ?? 0
  return FACTS.has(last) || STANDS.has(last)
}
