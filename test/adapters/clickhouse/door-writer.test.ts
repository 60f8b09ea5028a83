import { Readable } from 'node:stream'

import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  createHttpDatabase,
  openHttpEvidence,
} from '../../../services/lib/adapters/clickhouse/http.ts'
import { loadMigrations } from '../../../services/lib/adapters/clickhouse/migrations.ts'
import { buildContainer } from '../../../services/store/container.ts'
import { migrate } from '../../../services/store/migrate.ts'
import { testCodec } from '../../sql/evidence.ts'
import { anAlert } from '../../support/records.ts'
import {
  ACCESS_DENIED,
  askDoor,
  openDoors,
  QUIET,
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

const asWriter = () => openHttpEvidence({ url: world.door.url, ...WRITER })

test('the writer migrates and inserts; a repeated insert changes nothing', async () => {
  await createHttpDatabase({ url: world.door.url, ...WRITER })
  const store = asWriter()
  expect(await migrate(store, loadMigrations())).toEqual([])
  const count = async () =>
    (await world.evidence.query<{ n: string }>('SELECT count() AS n FROM log_alerts'))[0]?.n
  const codec = await testCodec
  const rows = ['a', 'b', 'c'].map((alert_id, offset) => ({
    offset,
    value: codec.encode('alerts.v1', anAlert({ alert_id })),
  }))
  const schema = codec.writerSchema('alerts.v1', rows[0]?.value ?? Buffer.alloc(0))
  const container = buildContainer('alerts.v1:0:0-2:1', 0, schema?.json, rows)
  const insert = { table: 'log_alerts', token: 'alerts.v1:0:0-2:1', container, rowCount: 3 }
  await store.insert(insert)
  await store.insert(insert)
  expect(await count()).toBe('3')
  const short = { ...insert, token: 'other', container: container.subarray(0, -40) }
  await expect(store.insert(short)).rejects.toMatchObject({ code: 'EVIDENCE_REFUSED' })
  await store.close()
})

test.for([
  { why: 'a select', sql: 'SELECT * FROM alerts' },
  { why: 'another statement', sql: 'DROP TABLE log_alerts' },
  {
    why: 'a migration with something added',
    sql: `${loadMigrations()[0]?.statements[0]} COMMENT 'x'`,
  },
  { why: 'an insert elsewhere', sql: 'INSERT INTO migrations FORMAT Avro' },
  { why: 'an insert into a function', sql: "INSERT INTO FUNCTION file('/tmp/x') FORMAT Avro" },
  { why: 'an insert of another format', sql: 'INSERT INTO log_alerts FORMAT CSV' },
  {
    why: 'an insert with other settings',
    sql: 'INSERT INTO log_alerts SETTINGS async_insert = 1 FORMAT Avro',
  },
  {
    why: 'an insert from a query',
    sql: 'INSERT INTO log_alerts SELECT * FROM log_alerts FORMAT Avro',
  },
])('the writer may not: $why', async ({ sql }) => {
  expect(await ask({ as: WRITER, sql })).toMatchObject({ code: ACCESS_DENIED })
  const answer = await ask({ as: WRITER, query: { query: sql }, body: 'Obj\u0001' })
  expect(answer).toMatchObject({ code: ACCESS_DENIED })
})

test('an insert without a token, or without a container, is refused', async () => {
  const query = { query: 'INSERT INTO log_alerts FORMAT Avro' }
  expect(await ask({ as: WRITER, query, body: 'Obj\u0001' })).toMatchObject({ code: 36 })
  const token = { ...query, insert_deduplication_token: 't' }
  expect(await ask({ as: WRITER, query: token, body: '{}' })).toMatchObject({ code: 36 })
})

test('a client’s own insert by stream works with the token as a setting', async () => {
  const writer = createClient({
    url: world.door.url,
    username: WRITER.user,
    password: WRITER.password,
    log: QUIET,
  })
  const body = Readable.from([Buffer.from('Obj\u0001 nonsense')], { objectMode: false })
  const insert = writer.exec({
    query: 'INSERT INTO tocsin.log_alerts FORMAT Avro',
    values: body,
    clickhouse_settings: { insert_deduplication_token: 't-1' },
  })
  await expect(insert).rejects.toMatchObject({ type: 'AVRO_EXCEPTION' })
  await writer.close()
})
