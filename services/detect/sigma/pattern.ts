/** A Sigma string with its wildcards: literal pieces, `*` any run, `?` exactly one character. */
type Token = { text: string } | '*' | '?'

/** Where a pattern may stand in a value. */
export type Placing = 'equals' | 'contains' | 'startswith' | 'endswith'

/** A compiled Sigma string. */
export type Pattern = {
  /** The very text, where it has no wildcard and must fill the value. */
  exact: string | undefined
  matches(value: string): boolean
}

/**
 * Compiles a Sigma string: `\` escapes `*`, `?` and itself, and stands for itself before anything
 * else. Ignores case unless `isCased`. Matching takes at most text times pattern length, whatever
 * the text.
 */
export function compilePattern(source: string, placing: Placing, isCased: boolean): Pattern {
  const fold = isCased ? (text: string) => text : (text: string) => text.toLowerCase()
  const tokens = tokenize(fold(source))
  if (placing === 'contains' || placing === 'endswith') tokens.unshift('*')
  if (placing === 'contains' || placing === 'startswith') tokens.push('*')
  const [first = { text: '' }] = tokens
  if (tokens.length < 2 && typeof first === 'object') {
    const { text } = first
    return { exact: text, matches: (value) => fold(value) === text }
  }
  const test = tokens.includes('?') ? characterTest(tokens) : segmentTest(tokens)
  return { exact: undefined, matches: (value) => test(fold(value)) }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let text = ''
  for (let index = 0; index < source.length; index += 1) {
    const character = source.charAt(index)
    const next = source.charAt(index + 1)
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next
      index += 1
    } else if (character === '*' || character === '?') {
      if (text !== '') tokens.push({ text })
      text = ''
      tokens.push(character)
    } else text += character
  }
  if (text !== '') tokens.push({ text })
  return tokens
}

/** Pieces between `*`: the outer two are anchored, each inner one is taken where it comes first. */
function segmentTest(tokens: readonly Token[]): (value: string) => boolean {
  const segments = ['']
  for (const token of tokens) {
    if (token === '*') segments.push('')
    else if (typeof token === 'object') segments[segments.length - 1] += token.text
  }
  const start = segments[0] ?? ''
  const end = segments.at(-1) ?? ''
  const inner = segments.slice(1, -1).filter((segment) => segment !== '')
  return (value) => {
    if (value.length < start.length + end.length) return false
    if (!value.startsWith(start) || !value.endsWith(end)) return false
    const innerEnd = value.length - end.length
    let from = start.length
    for (const segment of inner) {
      const found = value.indexOf(segment, from)
      if (found < 0 || found + segment.length > innerEnd) return false
      from = found + segment.length
    }
    return true
  }
}

/** Character by character, going back to the last `*` only. */
function characterTest(tokens: readonly Token[]): (value: string) => boolean {
  const steps = tokens.flatMap((token): Token[] =>
    typeof token === 'object' ? Array.from(token.text, (text) => ({ text })) : [token],
  )
  return (value) => matchesSteps(steps, Array.from(value))
}

function matchesSteps(steps: readonly Token[], characters: readonly string[]): boolean {
  let step = 0
  let starStep = -1
  let starAt = 0
  let at = 0
  while (at < characters.length) {
    const token = steps[step]
    if (token === '*') {
      starStep = step
      starAt = at
      step += 1
    } else if (token === '?' || (typeof token === 'object' && token.text === characters[at])) {
      step += 1
      at += 1
    } else if (starStep >= 0) {
      starAt += 1
      at = starAt
      step = starStep + 1
    } else return false
  }
  while (steps[step] === '*') step += 1
  return step === steps.length
}
