import { expect, test } from 'vitest'

import type { ApplicationEvent, Observation } from '#domain/records/index.ts'
import { anObserveCore, application, inputOf } from './events.ts'

const BY_RESTRICTION = { enforcement_ids: '["e-1"]' }

const observed = (event: Partial<ApplicationEvent>): Observation => {
  const core = anObserveCore()
  let found: Observation | undefined
  core.onRecord(inputOf(application({ action: 'permission_decision', ...event })), (output) => {
    if (output.schema === 'observations.v1') found = output.value
  })
  if (found === undefined) throw new Error('nothing was observed')
  return found
}

// What is found must not depend on when it was contained.
test.for([
  { why: 'a person says no', decision: 'refused', extra: {}, denials: 1, says: 'refused' },
  {
    why: 'a tap refuses by a restriction',
    decision: 'refused',
    extra: BY_RESTRICTION,
    denials: 0,
    says: 'contained',
  },
  {
    why: 'a tap says that it obeys one',
    decision: 'restriction_in_force',
    extra: BY_RESTRICTION,
    denials: 0,
    says: 'contained',
  },
])('$why: $denials denials', ({ decision, extra, denials, says }) => {
  expect(observed({ decision, extra })).toMatchObject({ denials, decision: says })
})
