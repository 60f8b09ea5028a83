import { createHash, timingSafeEqual } from 'node:crypto'

import type { DoorRole } from '#domain/door.ts'

/** The token of each role; a role without one has no way in. */
export type Tokens = Readonly<Partial<Record<DoorRole, string>>>

const BEARER = /^Bearer ([\x21-\x7e]{1,1024})$/i

/**
 * Tells whose token an `Authorization` header carries; undefined: nobody's. Takes the same time
 * whatever is wrong with it.
 */
export function roleCheck(
  tokens: Tokens,
): (authorization: string | undefined) => DoorRole | undefined {
  const known = (Object.entries(tokens) as [DoorRole, string][])
    .filter(([, token]) => token !== '')
    .map(([role, token]) => ({ role, digest: digestOf(token) }))
  return (authorization) => {
    const given = digestOf(BEARER.exec(authorization ?? '')?.[1] ?? '')
    let found: DoorRole | undefined
    for (const { role, digest } of known) if (timingSafeEqual(digest, given)) found = role
    return found
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
