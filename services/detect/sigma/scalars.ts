const NUMBER_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

const BEYOND_ASCII = /[\u0080-\uffff]/

/** A scalar as text tests see it; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** A number, or the one a text spells in decimal; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? spelledNumber(value) : undefined
}

/** The number a text spells; undefined where it spells none. */
export function spelledNumber(text: string): number | undefined {
  const first = text.charCodeAt(0)
  const isLikely = first <= 57 && first >= 43 && first !== 44 && first !== 47
  return isLikely && NUMBER_TEXT.test(text) ? Number(text) : undefined
}

/** Whether a text is all ASCII, so that its case can be folded character by character. */
export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text)
}
