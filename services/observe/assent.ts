import { ASKED_BY, ASKING } from './asking.ts'
import { hashesOf, wordHash } from './hashing.ts'
import type { Token } from './token.ts'

const ASSENT = hashesOf(
  `yes yeah yep sure ok okay alright right fine go ahead proceed continue next then done good great
    perfect please first second third fourth last another absolutely agreed approved confirmed
    correct exactly fine indeed definitely
    ja gut weiter oui allez bien sí vale claro adelante siguiente avanti prego certo goed verder`,
)
/** No objection is a yes. */
const NO = wordHash('no')
const [WHY, NOT] = ['why', 'not'].map(wordHash)
const OBJECTION = hashesOf('objection objections problem problems worries concerns doubt')
const ASSENT_MAX_TOKENS = 10
/** What may turn a few words into a refusal, or end the work. */
const REFUSING = hashesOf(`
  no not never nothing none nope dont don stop wait cancel leave forget ignore skip later thanks
  thank bye enough hold rather instead refuse reject
  nein nicht kein keine stopp warte danke halt lass non ne pas arrête attends merci jamais
  no nada nunca para espera gracias não nunca obrigado nie dziękuję stop нет не спасибо стой
  basta aspetta grazie nee niet wacht bedankt hayır dur nej inte tack 不 不要 不用 别 谢谢 停
  いいえ やめて 아니요 아니 그만`)

/**
 * Whether a user only agrees, or calls for the next of what was found: "Yes, do that." A few words
 * that ask nothing, name nothing and refuse nothing are as good as a yes to what was proposed;
 * `isOrder`: they order something themselves, and so are not.
 */
export function assents(tokens: readonly Token[], isOrder: boolean): boolean {
  if (tokens.length === 0 || tokens.length > ASSENT_MAX_TOKENS) return false
  if (tokens.some(({ kind }) => kind === 'id')) return false
  if (tokens.some(({ full }) => ASSENT.has(full))) return true
  if (tokens[0]?.full === WHY && tokens[1]?.full === NOT) return true
  if (
    tokens.some(({ full }, index) => full === NO && OBJECTION.has(tokens[index + 1]?.full ?? 0))
  ) {
    return true
  }
  const isOpen = tokens.some(({ full }) => ASKING.has(full) || ASKED_BY.has(full))
  return !isOrder && !isOpen && !tokens.some(({ full }) => REFUSING.has(full))
}
