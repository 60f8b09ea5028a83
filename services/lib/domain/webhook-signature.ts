import { createHmac, timingSafeEqual } from 'node:crypto'

const PREFIX = 'whsec_'
const VERSION = 'v1'
const TOLERANCE_S = 300

/** The headers of a signed message, as Standard Webhooks has them. `secret`: `whsec_…`. */
export function webhookHeaders(
  id: string,
  timestampS: number,
  body: string,
  secret: string,
): Record<string, string> {
  const signature = digestOf(id, String(timestampS), body, secret).toString('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': `${VERSION},${signature}`,
  }
}

/** Why a message does not count; undefined where it is signed with the secret, and recent. */
export function webhookRefusal(
  headers: Readonly<Record<string, string>>,
  body: string,
  secret: string,
  nowS: number,
): 'UNSIGNED' | 'TOO_OLD' | 'BAD_SIGNATURE' | undefined {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp'] ?? ''
  const given = headers['webhook-signature']
  if (id === undefined || given === undefined || !/^\d{1,12}$/.test(timestamp)) return 'UNSIGNED'
  const expected = digestOf(id, timestamp, body, secret)
  const isSigned = given.split(' ').some((one) => {
    const [version, encoded = ''] = one.split(',')
    const digest = Buffer.from(encoded, 'base64')
    const isWhole = version === VERSION && digest.length === expected.length
    return isWhole && timingSafeEqual(digest, expected)
  })
  if (!isSigned) return 'BAD_SIGNATURE'
  return Math.abs(nowS - Number(timestamp)) > TOLERANCE_S ? 'TOO_OLD' : undefined
}

function digestOf(id: string, timestamp: string, body: string, secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  const key = Buffer.from(encoded, 'base64')
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
}
