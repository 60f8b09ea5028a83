import { describe, expect, test } from 'vitest'

import { enforcementId } from '../../services/respond/restriction.ts'
import { actionInput, aSignedDecision, incidentInput, PEOPLE } from './response-inputs.ts'
import { ResponseWorld, someOptions } from './response-world.ts'
import {
  aCall,
  at,
  elsewhere,
  late,
  own,
  readOnly,
  restricted,
  type Asked,
} from './restricted-world.ts'

const declared = { scope: 'agent:assistant', restriction: 'declared_tools', tools: ['read_inbox'] }
const tool = { scope: 'tool:mail/send_mail', restriction: 'refuse' }
const definition = { scope: 'definition_hash:d-1', restriction: 'refuse' }
const role = { scope: 'role:clerk', restriction: 'refuse' }
const token = { scope: 'token:t-1', restriction: 'refuse' }
const content = { scope: 'content_hash:ab12', restriction: 'refuse' }

describe('a restriction that was acknowledged', () => {
  test.for<{ why: string; asked: Asked; seen: ReturnType<typeof own>; phase: string }>([
    {
      why: 'a call that changes',
      asked: readOnly,
      seen: own({ permitted: [aCall()] }),
      phase: 'ineffective',
    },
    {
      why: 'a call that reads',
      asked: readOnly,
      seen: own({ permitted: [aCall({ changes: false })] }),
      phase: 'proven',
    },
    {
      why: "another agent's call",
      asked: readOnly,
      seen: elsewhere({ permitted: [aCall()] }),
      phase: 'proven',
    },
    {
      why: 'a call on its way',
      asked: readOnly,
      seen: own({ permitted: [aCall({ last_at: at(2) })] }),
      phase: 'proven',
    },
    {
      why: 'more kinds of calls than are told',
      asked: readOnly,
      seen: own({ permitted_dropped: 1 }),
      phase: 'unproven',
    },
    {
      why: 'a tool that is not declared',
      asked: declared,
      seen: own({ permitted: [aCall({ changes: false })] }),
      phase: 'ineffective',
    },
    {
      why: 'a declared tool',
      asked: declared,
      seen: own({ permitted: [aCall({ tool_name: 'read_inbox' })] }),
      phase: 'proven',
    },
    {
      why: 'the tool, by anybody',
      asked: tool,
      seen: elsewhere({ permitted: [aCall()] }),
      phase: 'ineffective',
    },
    {
      why: 'another tool',
      asked: tool,
      seen: elsewhere({ permitted: [aCall({ tool_name: 'x' })] }),
      phase: 'proven',
    },
    {
      why: 'the tool of another server',
      asked: tool,
      seen: elsewhere({ server_id: 'post', permitted: [aCall()] }),
      phase: 'proven',
    },
    {
      why: 'the definition, anywhere',
      asked: definition,
      seen: elsewhere({ server_id: 'post', permitted: [aCall()] }),
      phase: 'ineffective',
    },
    {
      why: 'another definition',
      asked: definition,
      seen: elsewhere({ permitted: [aCall({ tool_definition_hash: 'd-2' })] }),
      phase: 'proven',
    },
    {
      why: 'the role, as a tap knows it',
      asked: role,
      seen: elsewhere({ roles: ['clerk'], permitted: [aCall()] }),
      phase: 'ineffective',
    },
    {
      why: 'the role, as permissions have it',
      asked: role,
      seen: own({ permitted: [aCall()] }),
      phase: 'ineffective',
    },
    {
      why: 'another role',
      asked: role,
      seen: elsewhere({ roles: ['boss'], permitted: [aCall()] }),
      phase: 'proven',
    },
    {
      why: 'the token, for anybody',
      asked: token,
      seen: elsewhere({ permitted: [aCall()] }),
      phase: 'ineffective',
    },
    {
      why: 'another token',
      asked: token,
      seen: elsewhere({ permitted: [aCall({ token_id: 't-2' })] }),
      phase: 'proven',
    },
    {
      why: 'the text',
      asked: content,
      seen: elsewhere({ content_hashes: ['ab12'] }),
      phase: 'ineffective',
    },
    {
      why: 'another text',
      asked: content,
      seen: elsewhere({ content_hashes: ['cd34'] }),
      phase: 'proven',
    },
  ])('$asked.scope $asked.restriction, then $why: $phase', ({ asked, seen, phase: expected }) => {
    const acknowledgement = (id: string) =>
      elsewhere({ first_at: at(1), last_at: at(1), enforcement_ids: [id] })
    const first = restricted(asked)
    first.world.feed(acknowledgement(first.id), seen, late)
    expect(first.phase()?.phase).toBe(expected)
    // What is heard in another order is no less true.
    const second = restricted(asked)
    second.world.feed(seen, acknowledgement(second.id), late)
    const isBlind = expected === 'unproven'
    expect(second.phase()?.phase).toBe(isBlind ? 'proven' : expected)
  })
})

test.for([readOnly, declared, tool, definition, role, token, content])(
  '$scope $restriction that nobody acknowledged is unproven, which escalates',
  (asked) => {
    const { world, phase } = restricted(asked)
    world.feed(late)
    expect(phase()?.phase).toBe('unproven')
    const escalations = world.cases().get('incident-1')?.escalations ?? []
    expect(escalations).toEqual([`unproven: contain-${asked.restriction} ${asked.scope}`])
  },
)

test('what is ineffective escalates, whatever its scope', () => {
  const { world, id } = restricted(tool)
  world.feed(
    elsewhere({ last_at: at(1), enforcement_ids: [id] }),
    elsewhere({ permitted: [aCall()] }),
  )
  const escalations = world.cases().get('incident-1')?.escalations
  expect(escalations).toEqual(['ineffective: contain-refuse tool:mail/send_mail'])
  expect(world.actionLines()).toContain('notify tool:mail/send_mail requested')
})

test('a mitigation is watched after its case, too', () => {
  const world = new ResponseWorld(someOptions({ people: PEOPLE }))
  const mitigate = {
    decision: 'mitigate',
    scope_kind: 'content_hash',
    scope_value: 'ab12',
    restriction: 'refuse',
  }
  const close = { decision: 'close', as: 'false_positive' }
  world.feed(
    incidentInput({ severity: 'moderate' }),
    actionInput(aSignedDecision(mitigate)),
    actionInput(aSignedDecision(close)),
  )
  const id = enforcementId('acme', null, { kind: 'content_hash', value: 'ab12' })
  world.feed(
    elsewhere({ last_at: at(1), enforcement_ids: [id] }),
    elsewhere({ content_hashes: ['ab12'] }),
  )
  const phases = [...world.actions().values()].filter((one) => one.kind === 'enforcement')
  expect(phases.map((one) => one.phase)).toEqual(['ineffective'])
  expect(world.cases().get('incident-1')).toMatchObject({ status: 'false_positive' })
})
