import { expect, test } from 'vitest'

import { eventKey, type Addressed } from '../../services/collect/session.ts'

const anAddress = (differs: Partial<Addressed> = {}): Addressed => ({
  tenant_id: 'acme',
  session_id: 'server:db',
  client_address: null,
  ...differs,
})

test.for([
  {
    why: 'a session is one key',
    differs: { session_id: 's-1', client_address: '10.0.0.1' },
    key: /^acme\/s-1$/,
  },
  {
    why: 'a server is spread by its client',
    differs: { client_address: '10.0.0.1' },
    key: /^acme\/server:db\/\d+$/,
  },
  { why: 'a server whose clients nobody knows', differs: {}, key: /^acme\/server:db\/\d+$/ },
  {
    why: 'no part can look like two',
    differs: { tenant_id: 'a/b', session_id: 's' },
    key: /^a%2Fb\/s$/,
  },
])('$why', ({ differs, key }) => expect(eventKey(anAddress(differs))).toMatch(key))

test('one client keeps its bucket, many use all sixteen', () => {
  const keyOfClient = (client: string): string => eventKey(anAddress({ client_address: client }))
  expect(keyOfClient('10.0.0.1')).toBe(keyOfClient('10.0.0.1'))
  const keys = Array.from({ length: 500 }, (_, index) => keyOfClient(`10.0.${index}.1`))
  expect(new Set(keys).size).toBe(16)
})

test('the process stands in for the address', () => {
  const byProcess = eventKey(anAddress({ source_process: 'curl' }))
  expect(byProcess).toBe(eventKey(anAddress({ client_address: 'curl' })))
})
