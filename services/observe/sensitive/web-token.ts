import { isWordPart } from '../characters.ts'
import type { Findings } from './finding.ts'

const PARTS_MIN_COUNT = 3
const PARTS_MAX_COUNT = 5
const PART_MIN_LENGTH = 8

/**
 * Reports the JSON web token that begins at `start`: parts of base64 with dots between them, the
 * first an encoded object. The signature may be empty. Where it ends, or `start`.
 */
export function findWebTokenAt({ text, spans }: Findings, start: number): number {
  if (
    !text.startsWith('eyJ', start) ||
    (isPart(text.charCodeAt(start - 1)) && text[start - 2] !== '\\')
  )
    return start
  let index = start
  let partStart = start
  let parts = 1
  for (;;) {
    const code = text.charCodeAt(index)
    if (isPart(code)) index += 1
    else if (code === 46 && parts < PARTS_MAX_COUNT && index - partStart >= PART_MIN_LENGTH) {
      parts += 1
      index += 1
      partStart = index
    } else break
  }
  if (parts < PARTS_MIN_COUNT) return start
  while (text[index] === '=') index += 1
  spans.push({ type: 'jwt', start, end: index, detector: 'json-web-token' })
  return index
}

function isPart(code: number): boolean {
  return (isWordPart(code) && code < 128) || code === 45
}
