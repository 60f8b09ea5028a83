import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { signedEnforcement } from '#domain/enforcement-text.ts'
import type { Enforcement } from '#domain/records/index.ts'
import { eventually } from '../../support/live.ts'
import { aRestriction, TestPipeline } from '../../support/mcp/a-pipeline.ts'
import { aTap } from '../../support/mcp/a-tap.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SERVER = fileURLToPath(new URL('../../support/mcp/scripted-server.mjs', import.meta.url))
const respond = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
const signed = (differs: Partial<Enforcement> = {}): Enforcement =>
  signedEnforcement(aRestriction(differs), respond.privateKey)

/** Each is of an incident of its own, and would refuse every call. */
const FORGERIES: readonly Enforcement[] = [
  signed({ enforcement_id: 'f-1', incident_id: 'writer', written_by: 'eve' }),
  aRestriction({ enforcement_id: 'f-2', incident_id: 'unsigned' }),
  signedEnforcement(
    aRestriction({ enforcement_id: 'f-3', incident_id: 'another key' }),
    stranger.privateKey,
  ),
  {
    ...signed({ enforcement_id: 'f-4', incident_id: 'changed', scope_value: 'mail' }),
    scope_value: 'notes',
  },
]

test('a tap with the key obeys respond, and nothing that somebody else wrote', async () => {
  const directory = await temporaryDirectory()
  const pipeline = await TestPipeline.start(directory)
  const keyFile = join(directory, 'respond.pub')
  writeFileSync(keyFile, respond.publicKey.export({ type: 'spki', format: 'pem' }))
  const tap = aTap(
    ['--data-dir', directory, '--server-id', 'notes', '--', process.execPath, SERVER],
    { TOCSIN_TAP_PUBLIC_KEY_FILE: keyFile },
  )
  let id = 0
  const call = async (): Promise<string> => {
    id += 1
    const params = { name: 'write_note', arguments: { text: 'done' } }
    tap.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
    return (await tap.answer(id)).error?.message ?? 'done'
  }
  tap.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { clientInfo: { name: 'c' } } })
  await tap.answer(0)
  for (const forgery of FORGERIES) await pipeline.restrict(forgery)
  await pipeline.restrict(signed())
  const seen = new Set<string>()
  const last = await eventually(
    async () => {
      const answer = await call()
      seen.add(answer)
      return answer
    },
    (answer) => answer.startsWith('Refused: incident incident-1'),
  )
  expect(last).toContain('incident-1')
  // A forgery that was taken would refuse on, now that the real one is lifted.
  await pipeline.restrict(signed({ revision: 2, restriction: 'none' }))
  expect(await eventually(call, (answer) => answer === 'done')).toBe('done')
  const refusals = [...seen].filter((answer) => answer !== 'done')
  expect(refusals.filter((answer) => !answer.includes('incident-1'))).toEqual([])
  tap.child.stdin?.end()
  await tap.ended
})
