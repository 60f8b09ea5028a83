const QUOTE = '"'

/**
 * The fields of one record of CSV (RFC 4180: commas, doubled quotes), at most `maxCount`; undefined
 * where a quote is not closed, stands inside a bare field, or has something else behind it. An
 * unquoted field may not hold a newline.
 */
export function csvFields(text: string, maxCount: number): string[] | undefined {
  const fields: string[] = []
  let at = 0
  while (fields.length < maxCount) {
    const isQuoted = text.charCodeAt(at) === QUOTE_CODE
    const end = isQuoted ? closingQuote(text, at + 1) : bareEnd(text, at)
    if (end < 0) return undefined
    fields.push(isQuoted ? unquoted(text.slice(at + 1, end)) : text.slice(at, end))
    at = isQuoted ? end + 1 : end
    if (at >= text.length) return fields
    if (text.charCodeAt(at) !== COMMA_CODE) return undefined
    at += 1
  }
  return undefined
}

function unquoted(inside: string): string {
  return inside.includes(QUOTE) ? inside.replaceAll('""', QUOTE) : inside
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf(QUOTE, from); at >= 0; at = text.indexOf(QUOTE, at + 2))
    if (text.charCodeAt(at + 1) !== QUOTE_CODE) return at
  return -1
}

/** -1 where the field holds what only a quoted field may. */
function bareEnd(text: string, from: number): number {
  let at = from
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === COMMA_CODE) return at
    if (code === QUOTE_CODE || code === NEWLINE || code === RETURN) return -1
  }
  return at
}

const COMMA_CODE = 0x2c
const QUOTE_CODE = 0x22
const NEWLINE = 0x0a
const RETURN = 0x0d
