import type { Findings } from './finding.ts'

const HEADER = /BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
const DASHES = '-----'
const FOOTER = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/y
const BODY_MIN_LENGTH = 64
/** How the encoding of a key begins: it was one, also where the rest is cut out. */
const CUT_KEY = /^(?:\s|\\n)*(?:MI[A-Za-z0-9+/]{2}|b3BlbnNzaC1)[A-Za-z0-9+/=\s\\]*$/
const ARMOUR = /^(?:[\s>"'+,|]|\\[nrt])*(?:$|[A-Z][A-Za-z-]{2,24}:|[A-Za-z0-9+/=]{16})/

/**
 * Reports the private key whose header's `BEGIN` stands at `start`: a block with a body, or one
 * that the text ends in. A header that is only spoken of is none. Where the block ends.
 */
export function findKeyBlockAt({ text, spans }: Findings, start: number): number {
  HEADER.lastIndex = start
  if (!text.startsWith(DASHES, start - DASHES.length) || !HEADER.test(text)) return start
  const bodyStart = HEADER.lastIndex
  const dashes = text.indexOf(DASHES, bodyStart)
  const bodyEnd = dashes < 0 ? text.length : dashes
  FOOTER.lastIndex = bodyEnd
  const isClosed = FOOTER.test(text)
  const body = text.slice(bodyStart, bodyEnd)
  const isShort = isClosed && body.length < BODY_MIN_LENGTH
  if (!(isShort ? CUT_KEY : ARMOUR).test(body)) return bodyStart
  const end = isClosed ? FOOTER.lastIndex : bodyStart
  spans.push({ type: 'private_key', start: start - DASHES.length, end, detector: 'private-key' })
  return end
}
