import { expect, test } from 'vitest'

import { SECOND_US } from '#domain/time.ts'
import {
  lookupFeatures,
  registeredDomain,
  tunnelFeatures,
  type LookupCount,
} from '../../services/observe/lookup.ts'
import { contactFeatures, type Rhythm } from '../../services/observe/rhythm.ts'
import { START_US } from '../support/records.ts'
import { lastAfterRestart, network, observationsOf } from './events.ts'

test.for([
  { host: 'api.shop.example', domain: 'shop.example' },
  { host: 'shop.example', domain: 'shop.example' },
  { host: 'a.b.shop.co.uk', domain: 'shop.co.uk' },
  { host: 'co.uk', domain: 'co.uk' },
  { host: 'a.one.github.io', domain: 'one.github.io' },
  { host: 'x.city.kawasaki.jp', domain: 'city.kawasaki.jp' },
  { host: '_dmarc.shop.example', domain: 'shop.example' },
  { host: 'a.com.example', domain: 'com.example' },
  { host: 'localhost', domain: null },
  { host: '192.0.2.7', domain: null },
  { host: '2001:db8::7', domain: null },
])('$host lies below $domain', ({ host, domain }) => {
  expect(registeredDomain(host)).toBe(domain)
})

test('a lookup is measured, a flow is not', () => {
  const [lookup, flow] = observationsOf([
    network({ action: 'dns', destination_host: null, dns_query: 'abcdefgh.abab.notes.example' }),
    network(),
  ])
  expect(lookup?.features).toEqual({
    'lookup.length': 27,
    'lookup.labels': 4,
    'lookup.longest_label': 8,
    'lookup.entropy': 3,
    'lookup.a_minute': 1,
    'lookup.carrier_share': 0,
    'lookup.signs': 0,
  })
  expect(lookup?.destination_domain).toBe('notes.example')
  expect(flow?.features).not.toHaveProperty('lookup.length')
})

test.for([
  { why: 'nothing but the domain', name: 'notes.example', entropy: 0 },
  { why: 'one letter', name: 'aaaa.notes.example', entropy: 0 },
  { why: 'two letters', name: 'ab.ab.notes.example', entropy: 1 },
  { why: 'the longest label alone', name: 'a.abcd.cd.notes.example', entropy: 2 },
  { why: 'a service is no data', name: '_ldap._tcp.ab.notes.example', entropy: 1 },
  { why: 'nothing below a customer of a suffix', name: 'abcd.github.io', entropy: 0 },
])('bits a character below the domain: $why', ({ name, entropy }) => {
  expect(lookupFeatures(name)['lookup.entropy']).toBe(entropy)
})

test('what left is compared with what came', () => {
  const observed = observationsOf([
    network({ bytes_out: 600, bytes_in: 100 }),
    network({ bytes_out: 0, bytes_in: 200 }),
    network({ bytes_out: null, bytes_in: null }),
  ])
  expect(observed.map(({ features }) => features['traffic.out_in_ratio'])).toEqual([6, 2, 2])
})

/** Features of the last of these contacts with one destination, at these seconds. */
function rhythmOf(...seconds: number[]): Record<string, number> {
  const rhythms: Rhythm[] = []
  return seconds.map((at) => contactFeatures(rhythms, 1, START_US + at * SECOND_US)).at(-1) ?? {}
}

test('one contact has no interval', () => {
  expect(rhythmOf(0)).toEqual({ 'contact.count': 1 })
})

test.for([
  { why: 'like a clock', seconds: [0, 60, 120, 180], count: 4, interval: 60, variation: 0 },
  { why: 'ten and twenty', seconds: [0, 10, 30], count: 3, interval: 15, variation: 1 / 3 },
  { why: 'a second is one contact', seconds: [0, 1, 2.1], count: 2, interval: 2.1, variation: 0 },
  {
    why: 'another log tells it later',
    seconds: [0, 10, 0, 20],
    count: 3,
    interval: 10,
    variation: 0,
  },
])('contacts: $why', ({ seconds, count, interval, variation }) => {
  const features = rhythmOf(...seconds)
  expect(features['contact.count']).toBe(count)
  expect(features['contact.interval_seconds']).toBeCloseTo(interval, 5)
  expect(features['contact.interval_variation']).toBeCloseTo(variation, 5)
})

test('all at once is one contact without an interval', () => {
  expect(rhythmOf(5, 5, 5.9)).toEqual({ 'contact.count': 1 })
})

test('the rhythm of an address outlives its windows of five minutes, its counts do not', () => {
  const events = Array.from({ length: 25 }, (_, index) =>
    network({
      session_id: 'server:a',
      server_id: 'a',
      bytes_out: 10,
      occurred_at: START_US + index * 60 * SECOND_US,
    }),
  )
  const last = observationsOf(events).at(-1)
  expect(last?.features['contact.count']).toBe(25)
  expect(last?.bytes_out).toBeLessThanOrEqual(50)
})

test('each client of an address has its own rhythm', () => {
  const events = ['192.0.2.1', '192.0.2.2', '192.0.2.1'].map((source_address, index) =>
    network({ source_address, occurred_at: START_US + index * 10 * SECOND_US }),
  )
  expect(observationsOf(events).map(({ features }) => features['contact.count'])).toEqual([1, 1, 2])
})

test.for([
  {
    why: 'long, of few characters',
    name: `${'q7x2'.repeat(8)}k3v9.z1p4m8.${'n5'.repeat(8)}`,
    signs: 1,
  },
  { why: 'long and dense', name: 'a8f3q2z9x7c1m5n0b4v6k3j2t9r8w1e7y6u5p0o4.b.c', signs: 2 },
  { why: 'long, dense, many labels', name: 'a8f3q2z9x7c1m5n0b4v6k3j2t9r8w1e7.b.c.d', signs: 3 },
  { why: 'an everyday name', name: 'api', signs: 0 },
])('signs of a tunnel: $why', ({ name, signs }) => {
  const counts: LookupCount[] = []
  const features = tunnelFeatures(counts, `${name}.example.com`, 'A', START_US)
  expect(features['lookup.signs']).toBe(signs)
})

test('more than a hundred lookups a minute, mostly TXT, are two signs', () => {
  const counts: LookupCount[] = []
  const signs = Array.from({ length: 101 }, (_, index) => {
    const features = tunnelFeatures(counts, `n${index}.example.com`, 'TXT', START_US + index)
    return features['lookup.signs']
  })
  expect([signs[8], signs[9], signs[99], signs[100]]).toEqual([0, 1, 1, 2])
})

test('a host beside an allowed one is told, one of a shared suffix is not', () => {
  const egress = ['api.example.com', 'one.github.io']
  const inventory = { agents: { '*': { egress } }, servers: {} }
  const hosts = ['www.example.com', 'two.github.io', 'api.example.com', 'example.net']
  const events = hosts.map((destination_host) => network({ destination_host }))
  const observed = observationsOf(events, { inventory })
  expect(observed.map(({ features }) => features['destination.sibling_allowed'])).toEqual([
    1,
    undefined,
    undefined,
    undefined,
  ])
})

test('each destination has its own rhythm, and it lasts through a restart', () => {
  const at = (seconds: number) => ({ occurred_at: START_US + seconds * SECOND_US })
  const events = [
    network({ destination_host: 'a.example', ...at(0) }),
    network({ destination_host: 'b.example', ...at(3) }),
    network({ destination_host: 'a.example', ...at(60) }),
    network({ destination_host: 'a.example', ...at(120) }),
  ]
  expect(lastAfterRestart(events)?.features).toMatchObject({
    'contact.count': 3,
    'contact.interval_seconds': 60,
    'contact.interval_variation': 0,
  })
})
