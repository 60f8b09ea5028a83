const DEPTH_MAX = 256
const ID_AT_END =
  /"id"\s*:\s*("(?:[^"\\]|\\.){0,256}"|-?\d{1,20})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/

/**
 * What can be read of a JSON object that was cut off: its front closed again, and the `id` that
 * stands at its end (`tail`: its last characters), where that is not in the front. Undefined where
 * the front is not the start of JSON.
 */
export function readCut(front: string, tail: string): unknown {
  const closed = closedAgain(front)
  if (closed === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(closed)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const id = ID_AT_END.exec(tail)?.[1]
  if (id === undefined || Object.hasOwn(value, 'id')) return value
  return { ...value, id: JSON.parse(id) as unknown }
}

/** How far a front was read: the brackets that are open, and the text that is. */
type Front = {
  closers: string[]
  /** Up to here, closed by `safeClosers`, it is whole JSON. */
  safeEnd: number
  safeClosers: string
  /** Where the open text begins, at its quote; -1: none is open. */
  textStart: number
  /** Where an escape begins that was cut in two; the length of the front where none was. */
  escapeStart: number
}

/** The front of a JSON text with its open texts, lists and objects closed. */
function closedAgain(text: string): string | undefined {
  const front = readFront(text)
  if (front === undefined) return undefined
  const { closers, safeEnd, safeClosers, textStart, escapeStart } = front
  const isValue =
    textStart >= 0 && (closers.at(-1) === ']' || /:\s*$/.test(text.slice(safeEnd, textStart)))
  return isValue
    ? `${text.slice(0, escapeStart)}"${closers.toReversed().join('')}`
    : text.slice(0, safeEnd) + safeClosers
}

function readFront(text: string): Front | undefined {
  const front: Front = {
    closers: [],
    safeEnd: 0,
    safeClosers: '',
    textStart: -1,
    escapeStart: text.length,
  }
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (front.textStart >= 0) {
      if (character === '"') front.textStart = -1
      if (character !== '\\') continue
      const length = text[index + 1] === 'u' ? 6 : 2
      if (index + length > text.length) front.escapeStart = index
      index += length - 1
    } else if (character === '"') front.textStart = index
    else if (character === ',') settle(front, index)
    else if (character === '{' || character === '[') {
      if (front.closers.push(character === '{' ? '}' : ']') > DEPTH_MAX) return undefined
      settle(front, index + 1)
    } else if (character === '}' || character === ']') {
      front.closers.pop()
      settle(front, index + 1)
    }
  }
  return front
}

function settle(front: Front, end: number): void {
  front.safeEnd = end
  front.safeClosers = front.closers.toReversed().join('')
}
