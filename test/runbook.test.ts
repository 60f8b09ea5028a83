import { expect, test } from 'vitest'

import { FAULTS } from '../services/lib/domain/fault.ts'
import { readText } from './support/checkout.ts'

/** Text under each `###` heading of the runbook. */
const sections = new Map(
  readText('deploy/runbook.md')
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...body] = section.split('\n')
      return [heading.trim(), body.join('\n').split(/^## /m)[0] ?? ''] as const
    }),
)

test('the runbook has a heading for each fault code and for no other', () => {
  expect([...sections.keys()].sort()).toEqual(Object.keys(FAULTS).sort())
})

test.for(Object.entries(FAULTS))(
  '%s says what to do, and whether it is retried',
  ([code, fault]) => {
    const text = sections.get(code) ?? ''
    expect(text).toMatch(/^- (?:Look and do|Do): /m)
    expect(text.trim().startsWith('Retried.')).toBe(fault.retryable)
  },
)
