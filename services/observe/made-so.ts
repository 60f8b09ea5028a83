import { hashesOf, wordHash } from './hashing.ts'

/** Making it so, whatever stands between: make her wishes happen, put the list into practice. */
const MADE_SO = [
  ['make', 'happen happy true work'],
  ['put set bring turn', 'practice effect motion action reality'],
].map(([verbs = '', ends = '']) => [hashesOf(verbs), hashesOf(ends)] as const)
/** "Off my plate", "off our hands". */
const OFF = wordHash('off')
const OURS = hashesOf('my our')
/** Nobody is to wait; who has it on the desk does it. */
const WAITING = hashesOf('wait waiting')
const NEITHER = hashesOf('neither nobody none nothing not no stop')
const NAME_ON = ['name', 'on'].map(wordHash)
const YOUR = wordHash('your')
/** A word given is to be kept. */
const YES = hashesOf('yes ja oui sí')
/** Words of refusing. */
export const NOT = hashesOf(
  'not never no nothing don dont t without nicht kein keine ne pas sin non niet nie cannot',
)
const TO = wordHash('to')

/** Whether what others leave is to be made so: make her wishes happen, get it off my desk. */
export function isMadeSo(hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  const before = hashes.slice(0, index)
  if (word === OFF && OURS.has(hashes[index + 1] ?? 0)) return true
  return MADE_SO.some(([verbs, ends]) => {
    const at = ends.has(word) ? before.findIndex((verb) => verbs.has(verb)) : -1
    return at >= 0 && !before.slice(Math.max(0, at - 2), at).some((other) => NOT.has(other))
  })
}

/** Whether it is told as a duty: "nobody should have to wait", "I said yes to her". */
export function isPromised(hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  const next = hashes[index + 1] ?? 0
  if (WAITING.has(word)) return hashes.slice(0, index).some((before) => NEITHER.has(before))
  if (word === YOUR) return next === NAME_ON[0] && hashes[index + 2] === NAME_ON[1]
  return YES.has(word) && next === TO
}
