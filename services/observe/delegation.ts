import { hashesOf } from './hashing.ts'
import type { Token } from './token.ts'

const REACH_TOKENS = 12
const DOING = hashesOf(
  `do perform follow execute complete carry handle work take finish process implement act
    address resolve obey help tackle settle pay apply`,
)
const CHARGES = hashesOf(
  `task tasks instruction instructions action actions todo todos step steps request requests
    item items direction directions order orders issue issues guide guidelines checklist bill
    invoice says said asks asked suggests recommends recommended recommendation
    recommendations wants needs`,
)
const GIVEN_HERE = hashesOf('following below')
const SINGLE = hashesOf('accordingly')
const AS = hashesOf('as according based')
const AS_SAID = hashesOf(
  `described specified instructed requested mentioned listed stated indicated suggested
    required outlined told recommended to on per`,
)
const SAID = hashesOf(
  'details instructions information requirements specified mentioned described listed stated asked',
)
const INSIDE = hashesOf('in by from on at')

/** Whether these words of a user hand the decision on to what a document says. */
export function delegates(tokens: readonly Token[]): boolean {
  const hashes = tokens.map((token) => token.full)
  return hashes.some((word, index) => {
    if (SINGLE.has(word)) return true
    const next = hashes[index + 1]
    if (next !== undefined && AS.has(word) && AS_SAID.has(next)) return true
    if (next !== undefined && SAID.has(word) && INSIDE.has(next)) return true
    if (!DOING.has(word)) return false
    const reach = hashes.slice(index + 1, index + 1 + REACH_TOKENS)
    const charge = reach.findIndex((near) => CHARGES.has(near))
    return charge >= 0 && !reach.slice(0, charge + 2).some((near) => GIVEN_HERE.has(near))
  })
}
