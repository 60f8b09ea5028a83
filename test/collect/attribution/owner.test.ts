import { expect, test } from 'vitest'

import {
  compileInventory,
  type ServerInventory,
} from '../../../services/collect/attribution/inventory.ts'
import { ownerOf } from '../../../services/collect/attribution/owner.ts'
import type { LogEvent } from '../../../services/collect/normalize/format.ts'

const INVENTORY: ServerInventory = {
  shop: {
    agent: 'shopkeeper',
    application_names: ['mcp-shop'],
    database_users: ['agent'],
    addresses: ['10.0.0.7', '2001:db8::/64'],
  },
  mail: { processes: ['mail-server'], users: ['1004'], addresses: ['10.0.0.0/24'] },
  files: { hosts: ['files.example.com'], users: ['1005'], addresses: ['192.0.2.0/24'] },
  notes: { hosts: ['notes.example.com'], users: ['1005'], addresses: ['192.0.2.0/24'] },
}

const query = (facts: object, hints: LogEvent['hints'] = {}): LogEvent => ({
  topic: 'events.data.v1',
  layer: 'data',
  facts: { occurred_at: 1, action: 'select', ...facts },
  hints,
})
const flow = (facts: object, hints: LogEvent['hints'] = {}): LogEvent => ({
  topic: 'events.network.v1',
  layer: 'network',
  facts: { occurred_at: 1, action: 'flow', source_address: null, ...facts },
  hints,
})

const identify = compileInventory(INVENTORY)

test.for<{ why: string; read: LogEvent; session: string; agent?: string }>([
  {
    why: 'the record names its conversation',
    read: query({ db_user: 'agent' }, { conversationId: 'c-1' }),
    session: 'c-1',
    agent: 'shopkeeper',
  },
  {
    why: 'the record names its server itself',
    read: query({ server_id: 'mail', db_user: 'agent' }),
    session: 'server:mail',
  },
  {
    why: 'the user it has in the database, in capitals',
    read: query({ db_user: 'AGENT' }),
    session: 'server:shop',
    agent: 'shopkeeper',
  },
  {
    why: 'what it calls itself goes before the address it comes from',
    read: query({ client_address: '10.0.0.9' }, { applicationName: 'mcp-shop' }),
    session: 'server:shop',
    agent: 'shopkeeper',
  },
  {
    why: 'its process',
    read: flow({ source_process: 'mail-server' }),
    session: 'server:mail',
  },
  { why: 'its user, by number', read: flow({}, { userName: '1004' }), session: 'server:mail' },
  {
    why: 'a user that two servers share says nothing, the host does',
    read: flow({ source_host: 'notes.example.com' }, { userName: '1005' }),
    session: 'server:notes',
  },
  {
    why: 'its own address goes before the network around it',
    read: flow({ source_address: '10.0.0.7' }),
    session: 'server:shop',
    agent: 'shopkeeper',
  },
  {
    why: 'an IPv4 address written as IPv6',
    read: flow({ source_address: '::ffff:10.0.0.8' }),
    session: 'server:mail',
  },
  {
    why: 'an IPv6 network',
    read: flow({ source_address: '2001:db8::1' }),
    session: 'server:shop',
    agent: 'shopkeeper',
  },
  {
    why: 'a network that two servers share says nothing',
    read: flow({ source_address: '192.0.2.4' }),
    session: 'server:unknown',
  },
  {
    why: 'nobody knows',
    read: flow({ source_address: 'not an address' }),
    session: 'server:unknown',
  },
])('$why: $session', ({ read, session, agent }) => {
  expect(ownerOf(read, { serverId: 'unknown' }, identify)).toEqual({
    sessionId: session,
    sessionBasis: session.startsWith('server:') ? 'server' : 'explicit',
    agentId: agent ?? null,
    serverId: session === 'c-1' ? 'shop' : session.slice('server:'.length),
  })
})

test.for([
  { why: 'nobody we know', read: flow({ source_address: '198.51.100.9' }), isKept: false },
  { why: 'a server of ours', read: flow({ source_address: '2001:db8::1' }), isKept: true },
  { why: 'a server it names itself', read: flow({ server_id: 'other' }), isKept: true },
  { why: 'a trace, which a session may share', read: flow({ trace_id: 'a1' }), isKept: true },
])('only what is of somebody known: $why, $isKept', ({ read, isKept }) => {
  const settings = { serverId: 'unknown', onlyKnown: true }
  expect(ownerOf(read, settings, identify) !== undefined).toBe(isKept)
})

test('an address that is none is refused where the inventory is read', () => {
  expect(() => compileInventory({ shop: { addresses: ['10.0.0.0/99'] } })).toThrow(/CIDR/)
})
