import { expect, test } from 'vitest'

import { insertFault } from '../../../services/lib/adapters/clickhouse/errors.ts'
import { openHttpEvidence } from '../../../services/lib/adapters/clickhouse/http.ts'
import {
  insertStatement,
  parseInsertStatement,
} from '../../../services/lib/adapters/clickhouse/insert.ts'

test.for([
  { why: 'too many parts', cause: { clickhouseCode: 252 }, code: 'EVIDENCE_BUSY' },
  { why: 'no memory', cause: { code: '241' }, code: 'EVIDENCE_BUSY' },
  { why: 'too many queries', cause: { code: '202' }, code: 'EVIDENCE_BUSY' },
  { why: 'too slow', cause: { code: '159' }, code: 'EVIDENCE_BUSY' },
  {
    why: 'the connection is refused',
    cause: { code: 'ECONNREFUSED' },
    code: 'EVIDENCE_UNAVAILABLE',
  },
  { why: 'the disk is full', cause: { code: '243' }, code: 'EVIDENCE_UNAVAILABLE' },
  { why: 'a wrong password', cause: { code: '516' }, code: 'EVIDENCE_UNAVAILABLE' },
  { why: 'no migration yet', cause: { code: '60' }, code: 'EVIDENCE_UNAVAILABLE' },
  { why: 'nobody knows what', cause: { code: '1001' }, code: 'EVIDENCE_UNAVAILABLE' },
  { why: 'a user who may not write', cause: { code: '164' }, code: 'EVIDENCE_UNAVAILABLE' },
  { why: 'bad Avro', cause: { code: '748' }, code: 'EVIDENCE_REFUSED' },
  {
    why: 'a code in the text only',
    cause: { message: 'Code: 252. DB::Exception: x' },
    code: 'EVIDENCE_BUSY',
  },
])('$why: $code', ({ cause, code }) => {
  const error = Object.assign(new Error('quotes data'), cause)
  const fault = insertFault('log_alerts', error)
  expect(fault).toMatchObject({ code, cause: error })
  expect(fault.message).not.toContain('quotes')
})

test('a server that is not there is a matter of waiting', async () => {
  const store = openHttpEvidence({ url: 'http://127.0.0.1:9', user: 'a', password: 'b' })
  const unavailable = { code: 'EVIDENCE_UNAVAILABLE', retryable: true }
  const insert = { table: 'log_alerts', token: 't', container: Buffer.from('Obj'), rowCount: 1 }
  await expect(store.insert(insert)).rejects.toMatchObject(unavailable)
  await expect(store.query('SELECT 1')).rejects.toMatchObject(unavailable)
  await expect(store.ping()).rejects.toMatchObject(unavailable)
  await store.close()
})

test('an insert’s statement reads back', () => {
  const token = 'alerts.v1:3:0-19999:12'
  expect(parseInsertStatement(insertStatement('log_alerts', token))).toEqual({
    database: undefined,
    table: 'log_alerts',
    token,
  })
})

test.for([
  { why: 'another setting', sql: 'INSERT INTO t SETTINGS max_threads = 1 FORMAT Avro' },
  { why: 'a setting of another value', sql: 'INSERT INTO t SETTINGS async_insert = 1 FORMAT Avro' },
  { why: 'columns', sql: 'INSERT INTO t (a) FORMAT Avro' },
  { why: 'a second statement', sql: 'INSERT INTO t FORMAT Avro; SELECT 1' },
  { why: 'a comment', sql: 'INSERT INTO t /* x */ FORMAT Avro' },
  {
    why: 'a token that ends its string',
    sql: "INSERT INTO t SETTINGS insert_deduplication_token = 'a\\'b' FORMAT Avro",
  },
])('an insert with $why is none of ours', ({ sql }) => {
  expect(parseInsertStatement(sql)).toBeUndefined()
})
