import { describe, expect, test } from 'vitest'

import { actionInput, incidentInput } from './response-inputs.ts'
import { ResponseWorld } from './response-world.ts'

describe('tokens', () => {
  const critical = (token_ids: string[] = []) =>
    new ResponseWorld().feed(incidentInput({ severity: 'critical', token_ids }))

  test('those seen in a critical incident are refused by the taps', () => {
    expect(critical(['j-1']).restrictions()).toContain('token:j-1 refuse')
  })

  test('where none was seen nothing is missing', () => {
    expect(critical().cases().get('incident-1')?.escalations).toEqual([])
  })

  test.for(['applied', 'failed', 'ineffective'] as const)(
    'those to be revoked are refused when it is %s, once each',
    (phase) => {
      const world = critical()
      const asked = [...world.actions().values()].find((one) => one.kind === 'oauth-revocation')
      if (asked === undefined) throw new TypeError('no revocation was asked for')
      const told = { ...asked, phase, parameters: { token_ids: '["j-1","j-2"]' } }
      world.feed(
        actionInput({ ...told, revision: asked.revision + 1 }),
        actionInput({ ...told, revision: asked.revision + 2 }),
      )
      const denied = world.restrictions().filter((one) => one.startsWith('token:'))
      expect(denied).toEqual(['token:j-1 refuse', 'token:j-2 refuse'])
      const restricting = world.outputs.filter(
        ({ schema, value }) => schema === 'enforcement.v1' && value.scope_kind === 'token',
      )
      expect(restricting).toHaveLength(2)
    },
  )
})
