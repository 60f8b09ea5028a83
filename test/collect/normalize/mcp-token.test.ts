import { describe, expect, test } from 'vitest'

import {
  actorOf,
  sessionOf,
  type ActorSigns,
} from '../../../services/collect/normalize/mcp-actor.ts'
import { readBearer } from '../../../services/collect/normalize/mcp-token.ts'

const tokenOf = (claims: unknown): string =>
  `Bearer h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

const signs = (differs: Partial<ActorSigns> = {}): ActorSigns => ({
  known: { agentId: undefined, userId: undefined, conversationId: undefined, roles: [] },
  clientInfo: { name: 'desk' },
  meta: {},
  headers: {},
  token: undefined,
  clientAddress: '10.0.0.1',
  ...differs,
})

describe('a bearer token', () => {
  test('says who, for whom and what for', () => {
    const claims = {
      sub: 'u1',
      iss: 'https://as',
      azp: 'agent-7',
      aud: ['mail', 'x'],
      scope: 'a b',
      jti: 'j-1',
      roles: ['support'],
      act: { sub: 'agent-7', act: { sub: 'gate' } },
    }
    expect(readBearer(tokenOf(claims), 'key')).toMatchObject({
      id: 'j-1',
      subject: 'u1',
      clientId: 'agent-7',
      audience: 'mail',
      scopes: ['a', 'b'],
      roles: ['support'],
      delegationChain: ['agent-7', 'gate', 'u1'],
    })
  })

  test.for([
    { why: 'opaque', header: 'Bearer opaque' },
    { why: 'three parts that are no JSON', header: 'Bearer a.b.c' },
    { why: 'claims that are a list', header: tokenOf([1]) },
    { why: 'claims of wrong types', header: tokenOf({ sub: 1, jti: {}, scope: 7, act: 'x' }) },
  ])('$why is known by its hash alone', ({ header }) => {
    const facts = readBearer(header, 'key')
    expect(facts).toMatchObject({ id: facts?.hash, subject: undefined, delegationChain: undefined })
    expect(JSON.stringify(facts)).not.toContain(header.slice(7))
  })

  test('hashes by the key', () => {
    expect(readBearer('Bearer t', 'a')?.hash).not.toBe(readBearer('Bearer t', 'b')?.hash)
  })

  test.for(['', 'Basic dTpw', 'Bearer ', 'Bearer a b'])('is not in "%s"', (header) => {
    expect(readBearer(header, 'key')).toBeUndefined()
  })
})

describe('the session of a request', () => {
  test.for([
    {
      why: 'the host’s conversation goes first',
      meta: { 'gen_ai.conversation.id': 'c1', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      is: { id: 'c1', basis: 'explicit' },
    },
    {
      why: 'also out of baggage',
      meta: { baggage: 'a=1, gen_ai.conversation.id=c%201;p=1' },
      is: { id: 'c 1', basis: 'explicit' },
    },
    {
      why: 'then the trace',
      meta: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      is: { id: TRACE, basis: 'trace' },
    },
    {
      why: 'a trace of zeros is none',
      meta: { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
      is: { basis: 'inferred' },
    },
    { why: 'then who it is', meta: {}, is: { basis: 'inferred' } },
  ])('$why', ({ meta, is }) => {
    expect(sessionOf(actorOf(signs({ meta })), 'acme', 'host-1')).toMatchObject(is)
  })

  test.for([
    { why: 'the tenant', one: ['acme', 'h1', 'desk'], other: ['beta', 'h1', 'desk'] },
    { why: 'the client’s process', one: ['acme', 'h1', 'desk'], other: ['acme', 'h2', 'desk'] },
    { why: 'the client', one: ['acme', 'h1', 'desk'], other: ['acme', 'h1', 'code'] },
  ])('differs by $why', ({ one, other }) => {
    const keys = [one, other].map(([tenant = '', instance = '', name = '']) =>
      sessionOf(actorOf(signs({ clientInfo: { name } })), tenant, instance),
    )
    expect(keys[0]).not.toEqual(keys[1])
  })
})

test('what an operator says of the agent goes before what the wire claims', () => {
  const known = { agentId: 'billing', userId: 'u9', conversationId: undefined, roles: ['ops'] }
  const token = readBearer(tokenOf({ sub: 'u1', client_id: 'c', roles: 'read' }), 'k')
  expect(actorOf(signs({ known, token }))).toMatchObject({
    agentId: 'billing',
    userId: 'u9',
    roles: ['ops', 'read'],
  })
})
