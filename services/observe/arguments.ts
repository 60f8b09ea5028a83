import { plainLetters } from './plain-letters.ts'
import type { Token } from './token.ts'
import { tokensOf } from './tokens.ts'

/** One value among a call's arguments; `path` without array indexes. */
export type ArgumentValue = { path: string; text: string; isText: boolean; tokens: Token[] }

export type ArgumentValues = { values: ArgumentValue[]; droppedCount: number }

const VALUES_MAX_COUNT = 64
const DEPTH_MAX = 8
const VALUE_MAX_LENGTH = 4096
const PATH_MAX_LENGTH = 200

/** The leaves of a call's arguments, the same value at the same path once. */
export function argumentValues(argumentsJson: string | null): ArgumentValues {
  const found: ArgumentValues = { values: [], droppedCount: 0 }
  if (argumentsJson === null || argumentsJson === '') return found
  const seen = new Set<string>()
  walk(parsed(argumentsJson), '', 0, (path, value) => {
    const text = String(value)
    const key = `${path}\0${text}`
    if (seen.has(key)) return
    seen.add(key)
    if (found.values.length >= VALUES_MAX_COUNT) {
      found.droppedCount += 1
      return
    }
    if (text.length > VALUE_MAX_LENGTH) found.droppedCount += 1
    const cut = plainLetters(text.slice(0, VALUE_MAX_LENGTH))
    const isText = typeof value === 'string'
    found.values.push({ path, text: cut, isText, tokens: tokensOf(cut) })
  })
  return found
}

type Scalar = string | number | boolean

/** Arguments that are no JSON are one value. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return { arguments: json }
  }
}

function walk(
  value: unknown,
  path: string,
  depth: number,
  visit: (path: string, value: Scalar) => void,
): void {
  if (value === null || value === undefined || depth > DEPTH_MAX) return
  if (Array.isArray(value)) {
    for (const item of value) walk(item, path, depth + 1, visit)
  } else if (typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) {
      const inner = path === '' ? name : `${path}.${name}`
      walk(item, inner.slice(0, PATH_MAX_LENGTH), depth + 1, visit)
    }
  } else if (
    typeof value !== 'bigint' &&
    typeof value !== 'symbol' &&
    typeof value !== 'function'
  ) {
    visit(path === '' ? 'arguments' : path, value as Scalar)
  }
}
