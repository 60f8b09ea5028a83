import { expect, test } from 'vitest'

import { DAY_US, formatTime, parseTime } from '#domain/time.ts'
import type { Format, Reading } from '../../../services/collect/normalize/format.ts'
import { timeOf } from '../../../services/collect/normalize/log-time.ts'
import { rfc3339Of } from '../../../services/collect/normalize/rfc3339.ts'
import { NETWORK_FORMATS } from '../../../services/collect/normalize/network/formats.ts'
import { HostMemory } from '../../../services/collect/normalize/network/host-memory.ts'
import { SQUID_JSON } from '../../../services/collect/normalize/network/squid-json.ts'
import { isWayBack } from '../../../services/collect/normalize/network/one-way-flow.ts'
import {
  endpointOf,
  endpointOfUrl,
} from '../../../services/collect/normalize/network/web-address.ts'

const MEMORY_MAX_BYTES = 64 * 1024
const NOW_US = 1_795_765_200_000_000

test.for([
  { value: 1795765200.123456, is: '2026-11-27T07:40:00.123456Z' },
  { value: 1521911720.865716, is: '2018-03-24T17:15:20.865716Z' },
  { value: 0.000001, is: '1970-01-01T00:00:00.000001Z' },
  { value: 4102444799.999999, is: '2099-12-31T23:59:59.999999Z' },
  { value: 1795765200123, is: '2026-11-27T07:40:00.123000Z' },
  { value: '1795765200.123456789', is: '2026-11-27T07:40:00.123456Z' },
  { value: '1795765200', is: '2026-11-27T07:40:00.000000Z' },
  { value: '2026-11-27T08:40:00.123456+0100', is: '2026-11-27T07:40:00.123456Z' },
  { value: '2026-11-27T02:10:00.1-05:30', is: '2026-11-27T07:40:00.100000Z' },
  { value: '2026-11-27T07:40:00.123456789Z', is: '2026-11-27T07:40:00.123456Z' },
])('$value is $is, to the microsecond', ({ value, is }) => {
  expect(formatTime(timeOf(value) ?? Number.NaN)).toBe(is)
})

test.for(['2026-11-27T07:40:00', '27.11.2026', '1795765200,5', '', null, Number.NaN, Infinity])(
  '%s is no time',
  (value) => {
    expect(timeOf(value)).toBeUndefined()
  },
)

test.for([
  { why: 'the proxy asked who it is', user: 'mailbox', userName: 'mailbox' },
  { why: 'it did not', user: '-', userName: undefined },
])('squid says whose a request is where $why', ({ user, userName }) => {
  const line = { ts: 1795765200.1, client: '127.0.0.1', method: 'CONNECT', url: 'a.example:443' }
  const reading = SQUID_JSON.open().read(Buffer.from(JSON.stringify({ ...line, user })))
  expect(reading.ok === true && reading.events[0]?.hints?.userName).toBe(userName)
})

test('every microsecond of a number of seconds is read as it was written', () => {
  for (let micro = 0; micro < 1_000_000; micro += 997) {
    const text = `1795765200.${String(micro).padStart(6, '0')}`
    expect(timeOf(JSON.parse(text))).toBe(NOW_US + micro)
  }
})

test.for([
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-27T24:00:00Z',
  '2026-11-27T07:40:60Z',
  '2026-11-27T07:40:00',
  '2026-11-27T07:40:00.Z',
  '2026-11-27T07:40:00.1234567890Z',
  '2026-11-27T07:40:00+1:00',
  '2026-11-27T07:40:00Z ',
  '2026-11-27X07:40:00Z',
])('%s is no time of RFC 3339', (text) => {
  expect(rfc3339Of(text)).toBeUndefined()
})

test('times of two centuries are read as everywhere else', () => {
  const stepUs = 86_399_123_457
  for (let timeUs = 0; timeUs < 200 * 365 * DAY_US; timeUs += stepUs)
    expect(rfc3339Of(formatTime(timeUs))).toBe(timeUs)
  expect(rfc3339Of('1900-02-28T23:59:59-01:00')).toBe(parseTime('1900-02-28T23:59:59-01:00'))
  expect(rfc3339Of('2000-02-29t12:00:00.5+05:30')).toBe(parseTime('2000-02-29T12:00:00.5+05:30'))
})

test('an answer names an address for its time to live, a minute at least', () => {
  const hosts = new HostMemory()
  hosts.answered('192.0.2.1', 'a.example.com', NOW_US, 300)
  hosts.answered('192.0.2.2', 'b.example.com', NOW_US, 0)
  const after = (seconds: number) => NOW_US + seconds * 1_000_000
  expect(hosts.nameOf(null, '192.0.2.1', after(300))?.host).toBe('a.example.com')
  expect(hosts.nameOf(null, '192.0.2.1', after(301))).toBeUndefined()
  expect(hosts.nameOf(null, '192.0.2.2', after(60))?.host).toBe('b.example.com')
  expect(hosts.nameOf(null, '192.0.2.2', after(61))).toBeUndefined()
})

test('what the client said goes before what was looked up, and is used up', () => {
  const hosts = new HostMemory()
  hosts.answered('192.0.2.1', 'a.example.com', NOW_US, 300)
  hosts.opened('C1', 'said.example.com', 'sni')
  const names = [1, 2].map(() => hosts.nameOf('C1', '192.0.2.1', NOW_US))
  expect(names).toEqual([
    { host: 'said.example.com', basis: 'sni' },
    { host: 'a.example.com', basis: 'dns' },
  ])
})

test('names stay within the memory of a reader, the newest of them', () => {
  const hosts = new HostMemory()
  for (let index = 0; index < 5_000; index += 1) {
    const name = `${'n'.repeat(200)}${index}.example.com`
    hosts.answered(`2001:db8::${index.toString(16)}`, name, NOW_US, 60)
    hosts.opened(`C${index}`, name, 'http')
  }
  const packed = JSON.stringify(hosts.pack())
  expect(Buffer.byteLength(packed)).toBeLessThanOrEqual(MEMORY_MAX_BYTES)
  const restored = new HostMemory(JSON.parse(packed))
  expect(restored.nameOf('C4999', null, NOW_US)?.basis).toBe('http')
  expect(restored.nameOf(null, `2001:db8::${(4999).toString(16)}`, NOW_US)?.basis).toBe('dns')
  expect(restored.nameOf('C0', '2001:db8::0', NOW_US)).toBeUndefined()
})

test.for([
  { from: 443, to: 39292, isBack: true },
  { from: 39292, to: 443, isBack: false },
  { from: 5432, to: 49152, isBack: true },
  { from: 53, to: 53, isBack: false },
  { from: 40000, to: 50000, isBack: false },
  { from: null, to: 443, isBack: false },
])('a flow from port $from to $to is the way back: $isBack', ({ from, to, isBack }) => {
  expect(isWayBack(from, to)).toBe(isBack)
})

test.for([
  { text: 'a.example.com:8080', host: 'a.example.com', address: null, port: 8080 },
  { text: 'A.example.com.', host: 'a.example.com', address: null, port: null },
  { text: '192.0.2.1:443', host: null, address: '192.0.2.1', port: 443 },
  { text: '[2001:db8::1]:443', host: null, address: '2001:db8::1', port: 443 },
  { text: '2001:db8::1', host: null, address: '2001:db8::1', port: null },
  { text: 'a.example.com:99999', host: 'a.example.com', address: null, port: null },
])('$text is an endpoint', ({ text, ...endpoint }) => {
  expect(endpointOf(text)).toEqual(endpoint)
})

test.for([
  { url: 'https://u:p@a.example.com/x', host: 'a.example.com', port: 443 },
  { url: 'http://a.example.com:8080/mcp', host: 'a.example.com', port: 8080 },
  { url: '/only/a/path', host: null, port: null },
])('$url leads to $host:$port', ({ url, host, port }) => {
  expect(endpointOfUrl(url)).toMatchObject({ host, port })
})

const CONNECTIONS = [
  {
    format: 'zeek-json',
    lines: [
      { _path: 'ssl', ts: 1795765200, uid: 'C1', server_name: 'a.example.com', established: true },
      { _path: 'http', ts: 1795765201, uid: 'C1', method: 'POST', host: 'a.example.com', uri: '/' },
      {
        _path: 'conn',
        ts: 1795765200,
        uid: 'C1',
        conn_state: 'SF',
        orig_bytes: 700,
        resp_bytes: 9,
      },
    ],
  },
  {
    format: 'suricata-eve',
    lines: [
      { event_type: 'tls', flow_id: 7, tls: { sni: 'a.example.com' } },
      { event_type: 'http', flow_id: 7, http: { hostname: 'a.example.com', length: 5, url: '/' } },
      { event_type: 'netflow', flow_id: 7, netflow: { bytes: 700 } },
      { event_type: 'flow', flow_id: 7, flow: { bytes_toserver: 700, bytes_toclient: 9 } },
    ].map((line) => ({ timestamp: '2026-11-27T07:40:00.000000+0000', ...line })),
  },
]

test.for(CONNECTIONS)('$format: the bytes of a connection count once', ({ format, lines }) => {
  const events = factsOf(format, lines)
  expect(events.map(({ bytes_out: bytes }) => bytes ?? 0).reduce((sum, one) => sum + one)).toBe(700)
  expect(events.map(({ bytes_in: bytes }) => bytes ?? 0).reduce((sum, one) => sum + one)).toBe(9)
  expect(new Set(events.map(({ destination_host: host }) => host))).toEqual(
    new Set(['a.example.com']),
  )
})

test('ports and names of a reader outlive a restart between lookup and flow', () => {
  const format = formatNamed('zeek-json')
  const first = format.open()
  read(first.read(lineOf(LOOKUP)))
  const second = format.open(first.memory())
  expect(read(second.read(lineOf(FLOW)))[0]?.destination_host).toBe('a.example.com')
})

const LOOKUP = {
  _path: 'dns',
  ts: 1795765200,
  query: 'a.example.com',
  answers: ['198.51.100.20'],
  TTLs: [60],
}
const FLOW = { _path: 'conn', ts: 1795765230, 'id.resp_h': '198.51.100.20', conn_state: 'SF' }

function formatNamed(name: string): Format {
  const format = NETWORK_FORMATS.find((one) => one.name === name)
  expect(format).toBeDefined()
  return format!
}

function factsOf(format: string, lines: readonly object[]) {
  const reader = formatNamed(format).open()
  return lines.flatMap((line) => read(reader.read(lineOf(line))))
}

function read(reading: Reading) {
  const events = reading.ok === true ? reading.events : []
  return events.flatMap((event) => (event.topic === 'events.network.v1' ? [event.facts] : []))
}

function lineOf(line: object): Buffer {
  return Buffer.from(JSON.stringify(line))
}
