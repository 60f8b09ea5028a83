import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

import { parse } from 'yaml'
import { z } from 'zod'

import { canonicalJson } from '#domain/json-form.ts'
import type { Action } from '#domain/records/index.ts'
import { problemsOf } from '#domain/problems.ts'

/** What people may be allowed to decide. */
const RIGHTS = ['triage', 'approve', 'contain', 'recover', 'close', 'kill-switch', 'note'] as const
export type Right = (typeof RIGHTS)[number]

const PERSON = z.strictObject({
  /** Ed25519 public key, PEM. */
  public_key: z.string().min(1).max(1_000),
  may: z.array(z.enum(RIGHTS)).default([...RIGHTS]),
})
const PEOPLE = z.strictObject({ people: z.record(z.string().min(1).max(100), PERSON) })

/** Who may decide what, and the key that proves it is them. */
export type People = ReadonlyMap<string, { key: KeyObject; may: ReadonlySet<Right> }>

/**
 * Reads the file of people.
 *
 * @throws Error whose message names every mistake.
 */
export function readPeople(text: string): People {
  const parsed = PEOPLE.safeParse(parse(text))
  if (!parsed.success) throw new Error(problemsOf(parsed.error))
  return new Map(
    Object.entries(parsed.data.people).map(([name, { public_key: pem, may }]) => {
      const key = createPublicKey(pem)
      if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${name}: expected an Ed25519 key`)
      return [name, { key, may: new Set(may) }]
    }),
  )
}

/** What a person signs: everything that says what is decided, about what, when, by whom. */
function decisionText(decision: Action): string {
  const { tenant_id, incident_id, action_id, kind, phase, scope } = decision
  const { occurred_at, requested_by, reason, parameters, nonce } = decision
  const about = { tenant_id, incident_id, action_id, kind, phase, scope }
  return canonicalJson({ ...about, occurred_at, requested_by, reason, parameters, nonce })
}

/** The decision with the person's signature. */
export function signDecision(decision: Action, privateKey: KeyObject): Action {
  const signature = sign(null, Buffer.from(decisionText(decision)), privateKey)
  return { ...decision, signature: signature.toString('base64url') }
}

/** Why a decision does not count; undefined where it is that person's, who may decide it. */
export function decisionRefusal(
  decision: Action,
  right: Right,
  people: People | undefined,
): 'UNKNOWN_PERSON' | 'UNSIGNED' | 'BAD_SIGNATURE' | 'NOT_PERMITTED' | undefined {
  if (decision.requested_by === null || decision.nonce === null) return 'UNSIGNED'
  if (people === undefined) return undefined
  const person = people.get(decision.requested_by)
  if (person === undefined) return 'UNKNOWN_PERSON'
  if (decision.signature === null) return 'UNSIGNED'
  const signature = Buffer.from(decision.signature, 'base64url')
  const text = Buffer.from(decisionText(decision))
  if (!verify(null, text, person.key, signature)) return 'BAD_SIGNATURE'
  return person.may.has(right) ? undefined : 'NOT_PERMITTED'
}
