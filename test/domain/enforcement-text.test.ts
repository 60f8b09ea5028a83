import { generateKeyPairSync } from 'node:crypto'

import { expect, test } from 'vitest'

import { enforcementRefusal, signedEnforcement } from '#domain/enforcement-text.ts'
import type { Enforcement } from '#domain/records/index.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
const PUBLIC_PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString()

const anEnforcement = (differs: Partial<Enforcement> = {}): Enforcement => ({
  enforcement_id: 'e-1',
  tenant_id: 'acme',
  scope_kind: 'session',
  scope_value: 's-1',
  restriction: 'refuse',
  incident_id: 'i-1',
  since: 1,
  expires_at: 2,
  reason: null,
  revision: 1,
  written_by: 'respond',
  action_id: 'a-1',
  tool_names: [],
  shingles: [],
  signature: null,
  ...differs,
})
const ours = signedEnforcement(anEnforcement(), privateKey)

test.for([
  { why: 'respond, no key asked for', record: anEnforcement(), key: undefined, refused: undefined },
  { why: 'respond, signed', record: ours, key: PUBLIC_PEM, refused: undefined },
  {
    why: 'a writer nobody knows',
    record: anEnforcement({ written_by: 'someone' }),
    key: undefined,
    refused: 'UNKNOWN_WRITER',
  },
  {
    why: 'no writer at all',
    record: anEnforcement({ written_by: null }),
    key: PUBLIC_PEM,
    refused: 'UNKNOWN_WRITER',
  },
  { why: 'no signature', record: anEnforcement(), key: PUBLIC_PEM, refused: 'UNSIGNED' },
  {
    why: 'one field changed after signing',
    record: { ...ours, restriction: 'none' as const },
    key: PUBLIC_PEM,
    refused: 'BAD_SIGNATURE',
  },
  {
    why: 'another key',
    record: signedEnforcement(anEnforcement(), stranger.privateKey),
    key: PUBLIC_PEM,
    refused: 'BAD_SIGNATURE',
  },
])('a restriction of $why: $refused', ({ record, key, refused }) =>
  expect(enforcementRefusal(record, key)).toBe(refused),
)
