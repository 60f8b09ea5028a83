import type { ArgumentValue } from './arguments.ts'
import type { ToolNature } from './effects.ts'

/** Parameters that say where a result goes, and not where something is read from. */
const DESTINATION =
  /(?:^|[._-])(?:to|target|destination|dest|recipients?|(?:send|upload|export|deliver)_?to)$/i
const ADDRESS = /@[\w-]+\.[a-z]|:\/\/|^www\.|^[\w-]+(?:\.[\w-]+)+\//i
const ADDRESS_MAX_LENGTH = 512

/**
 * What a call does, where its arguments say more than the tool's name: what only reads by its name
 * and is told an address to bring it to sends it there.
 */
export function callNature(nature: ToolNature, values: readonly ArgumentValue[]): ToolNature {
  if (nature.effect !== 'read' && nature.effect !== 'unknown') return nature
  return values.some(isDestination) ? { ...nature, effect: 'send' } : nature
}

function isDestination({ path, text }: ArgumentValue): boolean {
  return DESTINATION.test(path) && text.length <= ADDRESS_MAX_LENGTH && ADDRESS.test(text)
}
