import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

import { HASH_BYTES } from './merkle.ts'

/** What a bundle's signature is over: how many records there are, and the root over them. */
export type Checkpoint = { origin: string; size: number; root: Buffer }

const ED25519_ALGORITHM = 1
const KEY_HASH_BYTES = 4
const SIGNATURE_MARK = '\u2014'

/** A signed note (C2SP tlog-checkpoint): origin, size, root, and the signature of one key. */
export function signCheckpoint(checkpoint: Checkpoint, name: string, key: KeyObject): string {
  const text = checkpointText(checkpoint)
  const signature = sign(null, Buffer.from(text), key)
  const tagged = Buffer.concat([keyHash(name, createPublicKey(key)), signature])
  return `${text}\n${SIGNATURE_MARK} ${name} ${tagged.toString('base64')}\n`
}

/** The checkpoint of a signed note; or why it does not count. */
export function openCheckpoint(
  note: string,
  key: KeyObject,
): Checkpoint | 'MALFORMED' | 'ANOTHER_KEY' | 'BAD_SIGNATURE' {
  const [text = '', signatures = ''] = note.split('\n\n')
  const checkpoint = readText(text)
  if (checkpoint === undefined) return 'MALFORMED'
  let found: 'ANOTHER_KEY' | 'BAD_SIGNATURE' = 'ANOTHER_KEY'
  for (const line of signatures.split('\n')) {
    const [mark, name = '', encoded = ''] = line.split(' ')
    if (mark !== SIGNATURE_MARK) continue
    const tagged = Buffer.from(encoded, 'base64')
    if (!tagged.subarray(0, KEY_HASH_BYTES).equals(keyHash(name, key))) continue
    const signature = tagged.subarray(KEY_HASH_BYTES)
    if (verify(null, Buffer.from(`${text}\n`), key, signature)) return checkpoint
    found = 'BAD_SIGNATURE'
  }
  return found
}

function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

function readText(text: string): Checkpoint | undefined {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n')
  const root = Buffer.from(rootText, 'base64')
  const isWhole = origin !== '' && /^(?:0|[1-9]\d{0,15})$/.test(sizeText) && rest.length === 0
  if (!isWhole || root.length !== HASH_BYTES || root.toString('base64') !== rootText)
    return undefined
  return { origin, size: Number(sizeText), root }
}

/** Four bytes that say which key of which name a signature is of. */
function keyHash(name: string, publicKey: KeyObject): Buffer {
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const hash = createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519_ALGORITHM))
  return hash.update(Buffer.from(x, 'base64url')).digest().subarray(0, KEY_HASH_BYTES)
}
