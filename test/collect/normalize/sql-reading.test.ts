import { describe, expect, test } from 'vitest'

import { cpuMsOf } from '../../support/cpu-time.ts'
import { readSql } from '../../../services/collect/normalize/data/sql-reading.ts'
import type { Dialect } from '../../../services/collect/normalize/data/sql-tokens.ts'

const told = (sql: string, dialect: Dialect = 'postgres'): string[] =>
  readSql(sql, dialect).statements.map(({ action, objects }) => [action, ...objects].join(' '))

describe('statements and tables', () => {
  test.for<{ why: string; sql: string; dialect?: Dialect; told: string[] }>([
    {
      why: 'tables stand in lists, joins and queries inside',
      sql: 'SELECT a FROM t, u x, v AS y JOIN w ON w.a = y.a, z WHERE q IN (SELECT 1 FROM s)',
      told: ['select t u v w z s'],
    },
    {
      why: 'a definition hides the table of its name, and its own body reads that table',
      sql: 'WITH customers AS (SELECT * FROM customers) SELECT * FROM customers, b',
      told: ['select customers b'],
    },
    {
      why: 'a definition of a query inside is unknown outside',
      sql: 'SELECT * FROM (WITH c AS (SELECT 1) SELECT * FROM c) x, c',
      told: ['select c'],
    },
    {
      why: 'another name of quotes is another table',
      sql: 'WITH "Customers" AS (SELECT 1) SELECT * FROM customers',
      told: ['select customers'],
    },
    {
      why: 'a recursive definition names itself',
      sql: 'WITH RECURSIVE r AS (SELECT 1 UNION SELECT * FROM r) SELECT * FROM r',
      told: ['select'],
    },
    {
      why: 'a definition may change what it reads',
      sql: 'WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d',
      told: ['delete t'],
    },
    {
      why: 'FROM is also part of functions and comparisons',
      sql: 'SELECT extract(year FROM ts) FROM a WHERE b IS DISTINCT FROM c',
      told: ['select a'],
    },
    {
      why: 'functions are no tables',
      sql: 'SELECT * FROM generate_series(1, 5) g, public."Order Lines"',
      told: ['select public.Order Lines'],
    },
    {
      why: 'each statement of a string is told',
      sql: 'COMMIT; CREATE TABLE p(x int); INSERT INTO p VALUES (1); SELECT * FROM c',
      told: ['other', 'ddl p', 'insert p', 'select c'],
    },
    { why: 'COPY goes out', sql: "COPY c TO '/x'", told: ['copy c'] },
    { why: 'COPY comes in', sql: 'COPY c (a, b) FROM STDIN', told: ['insert c'] },
    { why: 'a plan is no query', sql: 'EXPLAIN DELETE FROM t', told: ['other t'] },
    { why: 'a measured plan ran', sql: 'EXPLAIN ANALYZE DELETE FROM t', told: ['delete t'] },
    { why: 'what is prepared has not run', sql: 'PREPARE p AS DELETE FROM t', told: ['other t'] },
    { why: 'a role is a right', sql: 'CREATE ROLE x LOGIN', told: ['grant'] },
    { why: 'a table may be called user', sql: 'DROP TABLE user', told: ['ddl user'] },
    { why: 'rights on tables', sql: 'GRANT SELECT ON a, b TO u', told: ['grant a b'] },
    { why: 'rights taken', sql: 'REVOKE ALL ON a FROM u', told: ['grant a'] },
    {
      why: 'an update of a conflict is part of an insert',
      sql: 'INSERT INTO a (x) SELECT y FROM b ON CONFLICT (x) DO UPDATE SET x = 1, y = 2',
      told: ['insert a b'],
    },
    {
      why: 'what stands in a body is kept for later, what stands behind it runs',
      sql: 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM t; END; DROP TABLE z',
      told: ['ddl', 'ddl z'],
    },
    {
      why: 'a function called begin has no body',
      sql: 'CREATE FUNCTION begin() RETURNS int AS $$x; y$$ LANGUAGE sql; DROP TABLE z',
      told: ['ddl', 'ddl z'],
    },
    {
      why: 'blocks of a body close one after another',
      sql: 'CREATE PROCEDURE p() BEGIN IF a THEN DELETE FROM t; END IF; END; DROP TABLE z',
      dialect: 'mysql',
      told: ['ddl', 'ddl z'],
    },
    { why: 'a table is read by its name', sql: 'TABLE secrets', told: ['select secrets'] },
    { why: 'nothing', sql: ' ;; ', told: [] },
  ])('$why', ({ sql, dialect, told: expected }) => expect(told(sql, dialect)).toEqual(expected))
})

describe('where texts and comments end', () => {
  test.for<{ why: string; sql: string; dialect: Dialect; told: string[] }>([
    {
      why: 'a backslash escapes nothing in a plain string of Postgres',
      sql: "SELECT 'it\\'; DROP TABLE a; --' FROM b",
      dialect: 'postgres',
      told: ['select', 'ddl a'],
    },
    {
      why: 'and does in an E string',
      sql: "SELECT E'it\\'s; DROP TABLE a' FROM b",
      dialect: 'postgres',
      told: ['select b'],
    },
    {
      why: 'and does in MySQL',
      sql: "SELECT 'it\\'s; DROP TABLE a' FROM b",
      dialect: 'mysql',
      told: ['select b'],
    },
    {
      why: 'comments nest in Postgres',
      sql: 'SELECT 1 /* a /* b */ ; DROP TABLE c */ FROM d',
      dialect: 'postgres',
      told: ['select d'],
    },
    {
      why: 'and do not in MySQL',
      sql: 'SELECT 1 /* a /* b */ ; DROP TABLE c',
      dialect: 'mysql',
      told: ['select', 'ddl c'],
    },
    {
      why: 'an executable comment runs',
      sql: '/*!50000 DROP TABLE x */',
      dialect: 'mysql',
      told: ['ddl x'],
    },
    {
      why: 'two dashes without a space are an operator in MySQL',
      sql: 'SELECT 1--1; DROP TABLE x',
      dialect: 'mysql',
      told: ['select', 'ddl x'],
    },
    {
      why: 'and a comment in Postgres',
      sql: 'SELECT 1--1; DROP TABLE x',
      dialect: 'postgres',
      told: ['select'],
    },
    {
      why: 'a tag of dollars ends at its like',
      sql: 'SELECT $a$ ; DROP TABLE x $b$ $a$ FROM t',
      dialect: 'postgres',
      told: ['select t'],
    },
    {
      why: 'double quotes are text in MySQL',
      sql: 'SELECT "a; DROP TABLE x" FROM `t 1`',
      dialect: 'mysql',
      told: ['select t 1'],
    },
    {
      why: 'what is not closed goes to the end',
      sql: "SELECT a FROM t WHERE b = 'x; DROP TABLE y",
      dialect: 'other',
      told: ['select t'],
    },
  ])('$dialect: $why', ({ sql, dialect, told: expected }) =>
    expect(told(sql, dialect)).toEqual(expected),
  )
})

describe('the fingerprint of a query', () => {
  test.for([
    { why: 'literals', one: 'SELECT a FROM t WHERE b = 1', two: "select a from t where b = 'x'" },
    { why: 'parameters', one: 'SELECT a FROM t WHERE b = 1', two: 'SELECT a FROM t WHERE b = $1' },
    { why: 'comments', one: 'SELECT a FROM t', two: '/* x */ SELECT a FROM t -- y' },
    { why: 'lists', one: 'SELECT a IN (1, 2, 3)', two: 'SELECT a IN (?)' },
    {
      why: 'rows',
      one: "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
      two: 'INSERT INTO t VALUES (3, 4)',
    },
    { why: 'signs', one: 'SELECT a = -1', two: 'SELECT a = 1' },
    { why: 'numbers', one: 'SELECT 1.5e-3', two: 'SELECT 2' },
    { why: 'an end', one: 'SELECT 1;', two: 'SELECT 1' },
  ])('is the same whatever the $why', ({ one, two }) =>
    expect(readSql(one, 'postgres').fingerprint).toBe(readSql(two, 'postgres').fingerprint),
  )

  test.for([
    { why: 'another table', one: 'SELECT a FROM t', two: 'SELECT a FROM u' },
    { why: 'a second statement', one: 'SELECT 1', two: 'SELECT 1; DROP TABLE t' },
    { why: 'an operator', one: 'SELECT a - 1', two: 'SELECT a + 1' },
    { why: 'a quoted name', one: 'SELECT "A"', two: 'SELECT a' },
  ])('is another with $why', ({ one, two }) =>
    expect(readSql(one, 'postgres').fingerprint).not.toBe(readSql(two, 'postgres').fingerprint),
  )
})

describe('what a client wrote in a comment', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
  const PARENT = `traceparent='00-${TRACE}-00f067aa0ba902b7-01'`
  const OTHER = `traceparent='00-${'1'.repeat(32)}-${'2'.repeat(16)}-01'`

  test.for<{ why: string; sql: string; traceId: string | undefined }>([
    { why: 'behind the query', sql: `SELECT 1 /*${PARENT}*/`, traceId: TRACE },
    { why: 'behind its semicolon', sql: `SELECT 1; /*${PARENT}*/ ;`, traceId: TRACE },
    { why: 'before the query', sql: `/*${PARENT}*/ SELECT 1`, traceId: TRACE },
    { why: 'with other pairs', sql: `SELECT 1 /*a='b',${PARENT},c='d'*/`, traceId: TRACE },
    { why: 'twice the same', sql: `/*${PARENT}*/ SELECT 1 /*${PARENT}*/`, traceId: TRACE },
    { why: 'two that differ', sql: `/*${OTHER}*/ SELECT 1 /*${PARENT}*/`, traceId: undefined },
    { why: 'in the middle', sql: `SELECT /*${PARENT}*/ 1`, traceId: undefined },
    { why: 'inside a value', sql: `SELECT '/*${PARENT}*/'`, traceId: undefined },
    { why: 'behind two dashes', sql: `SELECT 1 --${PARENT}`, traceId: undefined },
    { why: 'never closed', sql: `SELECT 1 /*${PARENT}`, traceId: undefined },
    {
      why: 'of zeros',
      sql: `SELECT 1 /*traceparent='00-${'0'.repeat(32)}-${'1'.repeat(16)}-01'*/`,
      traceId: undefined,
    },
    { why: 'beside words', sql: `SELECT 1 /* see ${PARENT}*/`, traceId: undefined },
    {
      why: 'among too many',
      sql: `SELECT 1 /*${PARENT}*/${'/* */'.repeat(9)}`,
      traceId: undefined,
    },
  ])('$why', ({ sql, traceId }) =>
    expect(readSql(sql, 'postgres').tags?.traceId ?? undefined).toBe(traceId),
  )

  const ODD_PAIRS = "quote='it\\'s',__proto__='x'"

  test('is decoded, and left out where it cannot be', () => {
    const { tags } = readSql(
      `SELECT 1 /*mcp_call_id='call%2D7',route='%2Fa%20b',bad='%E0%A4%A',${ODD_PAIRS}*/`,
      'postgres',
    )
    expect(tags).toMatchObject({ callId: 'call-7', traceId: null })
    const pairs: unknown = JSON.parse(tags?.pairsJson ?? '')
    expect(pairs).toEqual({ mcp_call_id: 'call-7', route: '/a b', quote: "it's" })
  })
})

test.for<{ why: string; sql: string }>([
  { why: 'openings of comments', sql: `${'/*'.repeat(200_000)}*/` },
  { why: 'brackets', sql: `SELECT ${'('.repeat(400_000)}` },
  { why: 'definitions', sql: 'WITH a AS ('.repeat(40_000) },
  { why: 'commented pairs', sql: "/*a='b'*/".repeat(40_000) },
  { why: 'statements', sql: 'SELECT 1;'.repeat(50_000) },
])('takes time linear in the length of a text of $why', ({ sql }) => {
  const half = sql.slice(0, sql.length / 2)
  const [whole, part] = [sql, half].map((text) =>
    cpuMsOf(() => {
      for (let round = 0; round < 3; round += 1) readSql(text, 'postgres')
    }),
  )
  expect(whole ?? 0).toBeLessThan((part ?? 0) * 3.5 + 300)
})
