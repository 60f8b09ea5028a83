import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

import { canonicalJson } from './json-form.ts'
import type { Enforcement } from './records/index.ts'

/** What a restriction may hold for; a tap takes an unknown kind by the stricter side. */
export const SCOPE_KINDS = [
  'session',
  'agent',
  'role',
  'server',
  'tool',
  'content_hash',
  'definition_hash',
  'token',
] as const

/** The one service that writes restrictions, under keyOf(tenant, kind, value, incident). */
const ENFORCEMENT_WRITER = 'respond'

/** What a restriction's signature is over: all of it but the signature, as canonical JSON. */
function enforcementText(enforcement: Enforcement): string {
  const { signature: _, ...rest } = enforcement
  return canonicalJson(rest)
}

/** The restriction, signed. Ed25519 gives the same signature for the same text. */
export function signedEnforcement(enforcement: Enforcement, privateKey: KeyObject): Enforcement {
  const text = Buffer.from(enforcementText(enforcement))
  return { ...enforcement, signature: sign(null, text, privateKey).toString('base64url') }
}

/**
 * Why a reader must refuse a restriction; undefined where it is respond's. With a public key the
 * signature decides, without one the name of the writer does.
 */
export function enforcementRefusal(
  enforcement: Enforcement,
  publicKeyPem: string | undefined,
): 'UNKNOWN_WRITER' | 'UNSIGNED' | 'BAD_SIGNATURE' | undefined {
  if (enforcement.written_by !== ENFORCEMENT_WRITER) return 'UNKNOWN_WRITER'
  if (publicKeyPem === undefined) return undefined
  if (enforcement.signature === null) return 'UNSIGNED'
  const signature = Buffer.from(enforcement.signature, 'base64url')
  const text = Buffer.from(enforcementText(enforcement))
  const isOurs = verify(null, text, createPublicKey(publicKeyPem), signature)
  return isOurs ? undefined : 'BAD_SIGNATURE'
}
