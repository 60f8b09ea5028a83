import { setFlagsFromString } from 'node:v8'
import { RE2JS } from 're2js'
import { RuleRefusal } from '#sigma/refusal.ts'

const LENGTH_MAX_COUNT = 2000
/** Escapes that mean the same to RE2 and to V8, and punctuation standing for itself. */
const SHARED_ESCAPE = /^(?:[dDwWbBtnrfv]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9\s])/
/** Longer texts go to the linear engine: trying each start again takes the square of the length. */
const BACKTRACKED_MAX_LENGTH = 1000
/** RE2 counts such a pair as one character, V8 as two. */
const SURROGATE = /[\ud800-\udfff]/
const FLAG_NAMES: ReadonlyMap<string, string> = new Map([
  ['i', 'i'],
  ['ignorecase', 'i'],
  ['m', 'm'],
  ['multiline', 'm'],
  ['s', 's'],
  ['dotall', 's'],
])

/**
 * Lets V8 fall back to its linear engine when an expression backtracks too much. Call it once,
 * before rules are compiled: without it they run on RE2JS, as safe and some four times slower.
 */
export function guardExpressions(): void {
  setFlagsFromString('--enable-experimental-regexp-engine')
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
}

/** The one-letter flag of a Sigma modifier after `re`, undefined where it is none. */
export function expressionFlag(modifier: string): string | undefined {
  return FLAG_NAMES.get(modifier)
}

/**
 * Compiles the value of a `re` modifier: unanchored, heeding case unless `flags` has `i`. What V8
 * cannot promise to run in linear time (ignored case, large counts) RE2JS runs: no text is slow.
 *
 * @throws RuleRefusal for what is not RE2 syntax: look-around, back-references.
 */
export function compileExpression(source: string, flags: string): (text: string) => boolean {
  if (source.length > LENGTH_MAX_COUNT) throw new RuleRefusal('the expression is too long')
  const leading = /^\(\?([ims]+)\)/.exec(source)
  const body = leading === null ? source : source.slice(leading[0].length)
  const allFlags = [...new Set(flags + (leading?.[1] ?? ''))].sort().join('')
  const checked = compileRe2(body, allFlags)
  const translated = translate(body, allFlags)
  const compiled = translated === undefined ? undefined : compileV8(translated, allFlags)
  if (compiled === undefined) return (text) => checked.test(text)
  const { fast, linear } = compiled
  return (text) => {
    if (SURROGATE.test(text)) return checked.test(text)
    return (text.length > BACKTRACKED_MAX_LENGTH ? linear : fast).test(text)
  }
}

/**
 * A text, in lower case, that every match contains; undefined where none is sure. Looks only at
 * plain characters of a top level without alternatives.
 */
export function requiredText(source: string, flags: string): string | undefined {
  const leading = /^\(\?([a-zA-Z]+)\)/.exec(source)
  const isCaseIgnored = flags.includes('i') || /\(\?[a-zA-Z]*i/.test(source)
  const body = leading === null ? source : source.slice(leading[0].length)
  let longest = ''
  let run = ''
  const end = (): void => {
    if (run.length > longest.length) longest = run
    run = ''
  }
  for (let index = 0; index < body.length; index += 1) {
    const character = body.charAt(index)
    if (character === '|') return undefined
    if (character === '(' || character === '[') {
      end()
      const close = closingOf(body, index)
      if (close === undefined) return undefined
      index = close
      continue
    }
    if ('*?{'.includes(character)) {
      run = run.slice(0, -1)
      end()
      if (character === '{') index = Math.max(index, body.indexOf('}', index))
      continue
    }
    const plain = plainCharacter(body, index)
    if (plain === undefined) end()
    else if (isCaseIgnored && FOLDED_BEYOND_ASCII.test(plain)) end()
    else run += plain
    if (character === '+') end()
    if (character === '\\') index += 1
    if (character === '\\' && /[pPxQ]/.test(body.charAt(index))) return undefined
  }
  end()
  return longest === '' ? undefined : longest.toLowerCase()
}

/** With case ignored, RE2 lets these stand for letters that are not theirs in lower case. */
const FOLDED_BEYOND_ASCII = /[ksKS]/

/** The character itself, where it stands for itself; undefined for one with a meaning. */
function plainCharacter(body: string, index: number): string | undefined {
  const character = body.charAt(index)
  if (character !== '\\') return /[.^$+]|[^\x20-\x7e]/.test(character) ? undefined : character
  const escaped = body.charAt(index + 1)
  return /[!-/:-@[-`{-~]/.test(escaped) ? escaped : undefined
}

/** Where a class or a group ends; undefined where that is not plain to see. */
function closingOf(body: string, start: number): number | undefined {
  let depth = 0
  let isInClass = false
  for (let index = start; index < body.length; index += 1) {
    const character = body.charAt(index)
    if (character === '\\') index += 1
    else if (isInClass) {
      if (character === '[') return undefined
      if (character === ']') isInClass = false
    } else if (character === '[') {
      if (/^\^?\]/.test(body.slice(index + 1))) return undefined
      isInClass = true
    } else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    if (!isInClass && depth === 0) return index
  }
  return undefined
}

function compileRe2(body: string, flags: string): RE2JS {
  let bits = 0
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.includes('m')) bits |= RE2JS.MULTILINE
  if (flags.includes('s')) bits |= RE2JS.DOTALL
  try {
    return RE2JS.compile(body, bits)
  } catch {
    throw new RuleRefusal('the expression is not RE2 syntax (no look-around, no back-reference)')
  }
}

/** The expression if V8 can run it in linear time: so from the start, and when it must. */
function compileV8(body: string, flags: string): { fast: RegExp; linear: RegExp } | undefined {
  try {
    return { fast: new RegExp(body, flags), linear: new RegExp(body, `${flags}l`) }
  } catch {
    return undefined
  }
}

/** The same expression in V8's words; undefined where it says something V8 reads otherwise. */
function translate(body: string, flags: string): string | undefined {
  if (flags.includes('m') || /[\ud800-\udfff]/.test(body)) return undefined
  let translated = ''
  let isInClass = false
  for (let index = 0; index < body.length; index += 1) {
    const character = body.charAt(index)
    const rest = body.slice(index + 1)
    if (character === '\\') {
      const space = spaceClass(rest.charAt(0), isInClass)
      const escaped = space ?? SHARED_ESCAPE.exec(rest)?.[0]
      if (escaped === undefined) return undefined
      translated += space ?? `\\${escaped}`
      index += space === undefined ? escaped.length : 1
    } else if (isInClass) {
      if (character === '[') return undefined
      if (character === ']') isInClass = false
      translated += character
    } else if (character === '[') {
      if (/^\^?\]/.test(rest)) return undefined
      isInClass = true
      translated += character
    } else if (character === '(' && rest.startsWith('?') && !rest.startsWith('?:')) {
      return undefined
    } else translated += character === '.' && !flags.includes('s') ? '[^\\n]' : character
  }
  return translated
}

/** RE2's white space is ASCII's. */
function spaceClass(escaped: string, isInClass: boolean): string | undefined {
  if (escaped === 's') return isInClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]'
  return escaped === 'S' && !isInClass ? '[^\\t\\n\\f\\r ]' : undefined
}
