/** A value of JSON with the place where it stands in its text. */
export type JsonNode = {
  start: number
  end: number
  /** Of a text, a number, a truth value or null. */
  value?: unknown
  members?: { name: string; node: JsonNode }[]
  items?: JsonNode[]
}

const DEPTH_MAX = 64
const BLANK = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y
const SCALAR = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y

/**
 * Reads JSON as editors keep it, with comments and commas too many, and remembers where each value
 * stands, so that one can be changed and all else stays as it is. Undefined where it is no JSON.
 */
export function readJsonTree(text: string): JsonNode | undefined {
  try {
    const reader = new TreeReader(text)
    const node = reader.value(0)
    return reader.isAtEnd() ? node : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A member of an object; undefined where there is none. */
export function memberOf(node: JsonNode, name: string): JsonNode | undefined {
  return node.members?.findLast((member) => member.name === name)?.node
}

class TreeReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
  }

  isAtEnd(): boolean {
    this.#skip()
    return this.#at === this.#text.length
  }

  value(depth: number): JsonNode {
    if (depth > DEPTH_MAX) throw new SyntaxError('nested too deep')
    this.#skip()
    const start = this.#at
    const first = this.#text[start]
    if (first === '{') return { start, ...this.#object(depth), end: this.#at }
    if (first === '[') return { start, ...this.#list(depth), end: this.#at }
    const value = this.#scalar()
    return { start, value, end: this.#at }
  }

  #object(depth: number): Pick<JsonNode, 'members'> {
    const members: { name: string; node: JsonNode }[] = []
    this.#at++
    while (!this.#closes('}')) {
      const name = this.#scalar()
      if (typeof name !== 'string') throw new SyntaxError('a name is due')
      this.#skip()
      this.#take(':')
      members.push({ name, node: this.value(depth + 1) })
      if (!this.#continues('}')) break
    }
    return { members }
  }

  #list(depth: number): Pick<JsonNode, 'items'> {
    const items: JsonNode[] = []
    this.#at++
    while (!this.#closes(']')) {
      items.push(this.value(depth + 1))
      if (!this.#continues(']')) break
    }
    return { items }
  }

  #scalar(): unknown {
    SCALAR.lastIndex = this.#at
    const found = SCALAR.exec(this.#text)?.[0]
    if (found === undefined) throw new SyntaxError('a value is due')
    this.#at += found.length
    return JSON.parse(found) as unknown
  }

  #closes(bracket: string): boolean {
    this.#skip()
    if (this.#text[this.#at] !== bracket) return false
    this.#at++
    return true
  }

  /** Whether another one follows; takes the comma, or the bracket at the end. */
  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false
    this.#take(',')
    return true
  }

  #take(character: string): void {
    if (this.#text[this.#at] !== character) throw new SyntaxError(`${character} is due`)
    this.#at++
  }

  #skip(): void {
    BLANK.lastIndex = this.#at
    this.#at += BLANK.exec(this.#text)?.[0].length ?? 0
  }
}
