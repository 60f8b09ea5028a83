import { createHmac } from 'node:crypto'

import { isObject, type JsonObject } from './json-form.ts'

const HASH_HEX_LENGTH = 32
const CLAIMS_MAX_CHARS = 65_536

/** The keyed hash by which a credential is known; its own text is nowhere. */
export function tokenHash(token: string, hashKey: string): string {
  return createHmac('sha256', hashKey).update(token).digest('hex').slice(0, HASH_HEX_LENGTH)
}

/** By what a tap knows a credential: its `jti` where it states one, else the keyed hash. */
export function tokenId(token: string, hashKey: string): string {
  const { jti } = tokenClaims(token)
  return typeof jti === 'string' ? jti : tokenHash(token, hashKey)
}

/**
 * What a token says of itself, unverified: whether it is genuine is the server's to judge. Nothing
 * where it does not carry its claims.
 */
export function tokenClaims(token: string): JsonObject {
  const payload = token.split('.', 3)[1]
  if (payload === undefined || payload.length > CLAIMS_MAX_CHARS) return {}
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isObject(claims) ? claims : {}
  } catch {
    return {}
  }
}
