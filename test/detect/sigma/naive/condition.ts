import { NaiveRefusal } from './refusal.ts'

type Holds = (name: string) => boolean
type Asked = () => boolean
type Reading = { words: string[]; names: readonly string[]; holds: Holds }

/** Whether a condition holds: `not` before `and` before `or`; of a list, one must. */
export function conditionHolds(
  condition: unknown,
  names: readonly string[],
  holds: Holds,
): boolean {
  if (Array.isArray(condition)) {
    return condition.some((each: unknown) => conditionHolds(each, names, holds))
  }
  if (typeof condition !== 'string') throw new NaiveRefusal('the condition is no text')
  const reading = { words: condition.match(/[()]|[^\s()]+/g) ?? [], names, holds }
  const asked = readOr(reading)
  if (reading.words.length > 0) throw new NaiveRefusal('the condition does not end')
  return asked()
}

function readOr(reading: Reading): Asked {
  const parts = [readAnd(reading)]
  while (take(reading, 'or')) parts.push(readAnd(reading))
  return () => parts.some((part) => part())
}

function readAnd(reading: Reading): Asked {
  const parts = [readNot(reading)]
  while (take(reading, 'and')) parts.push(readNot(reading))
  return () => parts.every((part) => part())
}

function readNot(reading: Reading): Asked {
  if (!take(reading, 'not')) return readOne(reading)
  const negated = readNot(reading)
  return () => !negated()
}

function readOne(reading: Reading): Asked {
  if (take(reading, '(')) {
    const inner = readOr(reading)
    if (!take(reading, ')')) throw new NaiveRefusal('a bracket stays open')
    return inner
  }
  const word = reading.words.shift()
  if (word === undefined) throw new NaiveRefusal('the condition breaks off')
  if (reading.words[0] === 'of' && ['1', 'any', 'all'].includes(word)) {
    reading.words.shift()
    return readMany(reading, word === 'all')
  }
  if (!reading.names.includes(word)) throw new NaiveRefusal('the condition names no selection')
  return () => reading.holds(word)
}

function readMany(reading: Reading, isAll: boolean): Asked {
  const pattern = reading.words.shift()
  if (pattern === undefined) throw new NaiveRefusal('the condition breaks off')
  const glob = pattern === 'them' ? '*' : pattern
  if (!/^[\w*-]+$/.test(glob)) throw new NaiveRefusal('the condition has an unknown pattern')
  const isNamed = new RegExp(`^${glob.replaceAll(/\*+/g, '.*')}$`)
  const chosen = reading.names.filter((name) => !name.startsWith('_') && isNamed.test(name))
  if (chosen.length === 0) throw new NaiveRefusal('the pattern names no selection')
  return () => (isAll ? chosen.every(reading.holds) : chosen.some(reading.holds))
}

function take({ words }: Reading, word: string): boolean {
  if (words[0] !== word) return false
  words.shift()
  return true
}
