import { isObject, type JsonObject } from '#domain/json-form.ts'
import { tokenClaims, tokenHash, tokenId } from '#domain/token-id.ts'
import { textIn } from './mcp-message.ts'

/** What a bearer token says of itself. The token's own text is nowhere in it. */
export type TokenFacts = {
  /** `jti` where it has one, else the keyed hash. */
  id: string
  /** Keyed hash of the token. */
  hash: string
  subject: string | undefined
  issuer: string | undefined
  /** The OAuth client: `client_id`, else `azp`. */
  clientId: string | undefined
  audience: string | undefined
  scopes: readonly string[] | undefined
  roles: readonly string[]
  /** Who acts for whom (RFC 8693 `act`), the outermost actor first, the subject last. */
  delegationChain: readonly string[] | undefined
}

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i
const NAMES_MAX_COUNT = 64
const ACTORS_MAX_COUNT = 8

/**
 * Reads an `Authorization` header: undefined where it carries no bearer token. Claims are as the
 * token states them; whether it is genuine is the server's to judge.
 */
export function readBearer(authorization: string, hashKey: string): TokenFacts | undefined {
  const token = BEARER.exec(authorization)?.[1]
  if (token === undefined) return undefined
  const claims = tokenClaims(token)
  const subject = textIn(claims, 'sub')
  return {
    id: tokenId(token, hashKey),
    hash: tokenHash(token, hashKey),
    subject,
    issuer: textIn(claims, 'iss'),
    clientId: textIn(claims, 'client_id') ?? textIn(claims, 'azp'),
    audience: namesOf(claims['aud'])[0],
    scopes: scopesOf(claims),
    roles: [...namesOf(claims['roles']), ...namesOf(claims['role'])],
    delegationChain: chainOf(claims, subject),
  }
}

function scopesOf(claims: JsonObject): string[] | undefined {
  const stated = claims['scope'] ?? claims['scp']
  if (stated === undefined) return undefined
  const names = typeof stated === 'string' ? stated.split(' ') : namesOf(stated)
  return names.filter((name) => name !== '').slice(0, NAMES_MAX_COUNT)
}

function chainOf(claims: JsonObject, subject: string | undefined): string[] | undefined {
  const chain: string[] = []
  let actor: unknown = claims['act']
  while (isObject(actor) && chain.length < ACTORS_MAX_COUNT) {
    const name = textIn(actor, 'sub')
    if (name !== undefined) chain.push(name)
    actor = actor['act']
  }
  if (chain.length === 0) return undefined
  return subject === undefined ? chain : [...chain, subject]
}

function namesOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((one) => typeof one === 'string').slice(0, NAMES_MAX_COUNT)
}
