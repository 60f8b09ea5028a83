import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { compileInventory } from '../../../services/collect/attribution/inventory.ts'
import { readServerInventory } from '../../../services/collect/config.ts'
import { readInventory } from '../../../services/observe/config.ts'

const FILE = new URL('../../../deploy/inventory.yaml', import.meta.url)
const EXAMPLE: unknown = parse(readFileSync(FILE, 'utf8'))

test('the example that ships is good for both who read it', () => {
  const servers = readServerInventory('example', EXAMPLE)
  expect(Object.keys(servers)).toEqual(['shop-database', 'mailbox'])
  expect(() => compileInventory(servers)).not.toThrow()
  expect(readInventory('example', EXAMPLE).servers['mailbox']).toEqual({
    egress: ['smtp.example.com', 'imap.example.com'],
  })
})

test.for<{ why: string; yaml: unknown; path: string }>([
  {
    why: 'a trait nobody knows',
    yaml: { servers: { mail: { database_user: ['x'] } } },
    path: 'servers.mail',
  },
  {
    why: 'an address that is none',
    yaml: { servers: { mail: { addresses: ['10.0.0.0/99'] } } },
    path: 'servers.mail.addresses[0]',
  },
  { why: 'no list', yaml: { servers: { mail: { users: '1004' } } }, path: 'servers.mail.users' },
])('$why is named with its place', ({ yaml, path }) => {
  expect(() => readServerInventory('inventory.yaml', yaml)).toThrow(`inventory.yaml: ${path}`)
})
