import { HashTable } from './hash-table.ts'
import { hashesOf } from './hashing.ts'

/** English words that stand in most sentences that want something. */
const WORDS = `
  the and to of for with from you your this that will all please send account email address
  password message delete then into which should must would could have has been their there
  transfer payment create update forward file user assistant every after before about what
  remove invite make write reply change open link page event channel title subject amount
  money date name number document folder member workspace reservation website contact recipient
  publish upload call called saying following are was were not she him our any they when where
  who how need needs want wants here there just like these those them some such only first last
  because since while though until within without between against during through under over
  again also already always another around back both each either else even ever few more most
  much never next none nothing now often once other others own same several since still than
  too very well yet yes today tomorrow tonight yesterday week month year hour minute morning
  evening monday tuesday wednesday thursday friday saturday sunday january february march april
  june july august september october november december
  give take get put keep let tell ask say said know think see look find use using work help
  show start stop read run add set buy pay paid sell order book cancel confirm check share post
  move copy paste print save store edit rename replace include attach join leave enter visit
  click download install execute reset enable disable unlock grant allow approve accept decline
  reject assign appoint schedule reschedule reserve rent hire refund return charge deposit
  withdraw wire collect bring carry deliver ship receive respond answer notify inform mention
  remember forget ignore follow handle finish complete submit sign register subscribe
  unsubscribe block report record review rate vote recommend suggest provide request require
  hello dear thanks thank regards sorry urgent important immediately soon quickly kindly
  customer client colleague manager boss owner team guest friend sister brother mother father
  wife husband company office bank shop store hotel restaurant flight ticket trip room house car
  phone mobile card code key token secret login bill invoice receipt price cost fee limit balance
  total list table item product service system server database project task issue problem
  question note reminder meeting appointment calendar agenda group public private personal
  information data details content text words line photo picture video attachment copy version
  security access permission admin administrator owner instruction instructions request
  new old good best great right wrong full free high low long short small large big
  one two three four five six seven eight nine ten hundred thousand`

/** No word of at most two letters tells anything, and these are words both ways. */
const LETTERS_MIN = 3
const WORDS_BOTH_WAYS = new Set('net was saw now won not ton per set tes'.split(' '))

/**
 * Such words, read from their end. Those that are words of some language that way as well are left
 * out: a list that holds both is no sign of anything.
 */
export const BACKWARDS = HashTable.ofAll(hashesOf(backwards().join(' ')))

function backwards(): string[] {
  const words = new Set(WORDS.trim().split(/\s+/))
  return [...words]
    .map((word) => Array.from(word).toReversed().join(''))
    .filter((turned) => turned.length >= LETTERS_MIN)
    .filter((turned) => !words.has(turned) && !WORDS_BOTH_WAYS.has(turned))
}
