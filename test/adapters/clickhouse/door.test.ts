import { request as httpRequest } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'

import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openSqlDoor } from '../../../services/lib/adapters/clickhouse/door.ts'
import { loadQueries } from '../../../services/lib/adapters/clickhouse/queries.ts'
import {
  askDoor,
  openDoors,
  QUIET,
  READER,
  WRITER,
  type Asked,
  type DoorWorld,
} from './door-world.ts'

let world: DoorWorld
beforeAll(async () => {
  world = await openDoors()
})
afterAll(() => world.close())
const ask = (asked: Asked) => askDoor(world.door, asked)

let client: ClickHouseClient
beforeAll(() => {
  client = createClient({
    url: world.door.url,
    username: READER.user,
    password: READER.password,
    log: QUIET,
  })
})
afterAll(() => client.close())

test.for([
  { why: 'no password', as: { user: 'reader', password: '' } },
  { why: 'a wrong password', as: { user: 'reader', password: 'read-me-not' } },
  { why: 'the other’s password', as: { user: 'reader', password: WRITER.password } },
  { why: 'an unknown user', as: { user: 'default', password: '' } },
])('nobody comes in with $why', async ({ as }) => {
  expect(await ask({ as, sql: 'SELECT 1' })).toMatchObject({ status: 403, code: 516 })
})

test.for([
  { why: 'Basic', headers: { authorization: `Basic ${btoa('reader:read-me')}` }, query: {} },
  { why: 'the URL', headers: {}, query: { user: 'reader', password: 'read-me' } },
])('a reader is known by $why', async ({ headers, query }) => {
  const asked = new URLSearchParams({ ...query, query: 'SELECT 1' }).toString()
  const url = `${world.door.url}/?${asked}`
  const response = await fetch(url, { headers })
  expect(await response.text()).toBe('1\n')
})

test('ping needs no password', async () => {
  const response = await fetch(`${world.door.url}/ping`)
  expect(await response.text()).toBe('Ok.\n')
})

test('another path, another method', async () => {
  expect(await ask({ path: '/play' })).toMatchObject({ status: 404 })
  expect(await ask({ method: 'DELETE' })).toMatchObject({ status: 405 })
})

test('bodies and answers may be packed', async () => {
  const body = gzipSync('SELECT 1')
  expect(await ask({ body, headers: { 'content-encoding': 'gzip' } })).toMatchObject({
    text: '1\n',
  })
  const packed = await new Promise<Buffer>((resolve, reject) => {
    const query = new URLSearchParams({ ...READER, query: 'SELECT 1' }).toString()
    httpRequest(
      `${world.door.url}/?${query}`,
      { headers: { 'accept-encoding': 'gzip' } },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => resolve(Buffer.concat(parts)))
      },
    )
      .on('error', reject)
      .end()
  })
  expect(gunzipSync(packed).toString()).toBe('1\n')
})

test.for([
  { why: 'nothing said', sql: 'SELECT 1 AS x', query: {}, format: 'TabSeparated', text: '1\n' },
  {
    why: 'a default',
    sql: 'SELECT 1 AS x',
    query: { default_format: 'JSONEachRow' },
    format: 'JSONEachRow',
    text: '{"x":1}\n',
  },
  {
    why: 'its own',
    sql: 'SELECT 1 AS x FORMAT CSV',
    query: { default_format: 'JSONEachRow' },
    format: 'CSV',
    text: '1\n',
  },
])('the format with $why', async ({ sql, query, format, text }) => {
  const answer = await ask({ sql, query })
  expect(answer.text).toBe(text)
  expect(answer.headers.get('x-clickhouse-format')).toBe(format)
  expect(JSON.parse(answer.headers.get('x-clickhouse-summary') ?? '')).toHaveProperty('read_rows')
})

test('HEAD answers without a body', async () => {
  const answer = await ask({ method: 'HEAD', query: { query: 'SELECT 1' } })
  expect(answer).toMatchObject({ status: 200, text: '' })
})

test('parameters are values, whatever they hold', async () => {
  const value = "'; DROP TABLE log_alerts -- \\"
  const result = await client.query({
    query: 'SELECT {x:String} AS x, {y:Array(UInt8)} AS y',
    query_params: { x: value, y: [1, 2] },
    format: 'JSONEachRow',
  })
  expect(await result.json()).toEqual([{ x: value, y: [1, 2] }])
})

test('the official client reads, and gets typed errors', async () => {
  expect(await client.ping()).toMatchObject({ success: true })
  const result = await client.query({ query: 'SELECT event_id FROM events_application ORDER BY 1' })
  expect(await result.json()).toMatchObject({
    data: [{ event_id: 'mine' }, { event_id: 'theirs' }],
  })
  await expect(client.query({ query: 'SELEC 1' })).rejects.toMatchObject({ code: '62' })
  await expect(client.command({ query: 'DROP TABLE log_alerts' })).rejects.toMatchObject({
    code: '497',
  })
})

test('every named query may be asked by a reader', async () => {
  for (const { sql, parameters } of loadQueries().values()) {
    const values = parameters.map(({ name, type }) => [
      `param_${name}`,
      type.startsWith('Array') ? '[]' : type === 'String' ? '' : '1',
    ])
    const answer = await ask({ sql, query: Object.fromEntries(values) as Record<string, string> })
    expect(answer.text).not.toContain('Exception')
    expect(answer.status).toBe(200)
  }
})

test('a port that is taken is one clear fault', async () => {
  const again = openSqlDoor({
    evidence: world.evidence,
    port: world.door.port,
    readerPassword: 'a',
    writerPassword: 'b',
  })
  await expect(again).rejects.toMatchObject({ code: 'PORT_IN_USE' })
})
