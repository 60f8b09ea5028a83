import { expect, test } from 'vitest'

import {
  isDestinationAllowed,
  objectsOutOfScope,
  scopeOf,
  type AgentScope,
} from '../../services/observe/inventory.ts'
import { cpuMsOf } from '../support/cpu-time.ts'

const scope: AgentScope = {
  objects: ['sales.*', 'customers', '*_view'],
  egress: ['api.example.com', '*.partner.example'],
  ownDomains: ['home.example'],
}

test.for([
  { why: 'by a star', object: 'sales.orders', isOut: false },
  { why: 'by its name, whatever the case', object: 'CUSTOMERS', isOut: false },
  { why: 'by its end', object: 'daily_view', isOut: false },
  { why: 'only the beginning', object: 'customers_old', isOut: true },
  { why: 'not declared', object: 'salaries', isOut: true },
])('objects: $why', ({ object, isOut }) => {
  expect(objectsOutOfScope(scope, [object])).toEqual(isOut ? [object] : [])
})

test.for([
  { host: 'api.example.com', isAllowed: true },
  { host: 'v2.API.example.com.', isAllowed: true },
  { host: 'notapi.example.com', isAllowed: false },
  { host: 'x.partner.example', isAllowed: true },
  { host: 'mail.home.example', isAllowed: true },
  { host: 'home.example.evil.example', isAllowed: false },
])('$host allowed: $isAllowed', ({ host, isAllowed }) => {
  expect(isDestinationAllowed(scope, host)).toBe(isAllowed)
})

test('what is not declared nobody can judge', () => {
  expect(objectsOutOfScope({}, ['x'])).toBeNull()
  expect(isDestinationAllowed({}, 'x.example')).toBeNull()
})

test("an agent's own entry goes before everybody's, part by part", () => {
  const agents = { '*': { objects: ['a'], egress: ['b'] }, one: { objects: ['c'] } }
  const inventory = { agents, servers: { shop: { egress: ['d'] } } }
  expect(scopeOf(inventory, 'one', null)).toEqual({ objects: ['c'], egress: ['b'] })
  expect(scopeOf(inventory, 'constructor', 'toString')).toEqual({ objects: ['a'], egress: ['b'] })
  expect(scopeOf(inventory, null, 'mail')).toEqual({ objects: ['a'], egress: ['b'] })
  expect(scopeOf(inventory, 'one', 'shop')).toEqual({ objects: ['c'], egress: ['d'] })
})

test('a pattern of many stars takes no time', () => {
  const manyStars = { objects: ['*a'.repeat(30)] }
  const tookMs = cpuMsOf(() =>
    expect(objectsOutOfScope(manyStars, ['a'.repeat(5_000) + 'b'])).toHaveLength(1),
  )
  expect(tookMs).toBeLessThan(1_000)
})
