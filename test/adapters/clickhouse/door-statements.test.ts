import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  ACCESS_DENIED,
  askDoor,
  openDoors,
  READONLY,
  type Asked,
  type DoorWorld,
} from './door-world.ts'

let world: DoorWorld
beforeAll(async () => {
  world = await openDoors()
})
afterAll(() => world.close())
const ask = (asked: Asked) => askDoor(world.door, asked)

test.for([
  { why: 'a constant', sql: 'SELECT 1', text: '1\n' },
  { why: 'a semicolon at the end', sql: 'SELECT 1;', text: '1\n' },
  { why: 'a semicolon within a string', sql: "SELECT ';SELECT 2'", text: ';SELECT 2\n' },
  { why: 'comments', sql: '-- a\nSELECT /* file() */ 1', text: '1\n' },
  {
    why: 'a view',
    sql: 'SELECT event_id FROM events_application ORDER BY 1',
    text: 'mine\ntheirs\n',
  },
  {
    why: 'a view with its database',
    sql: 'SELECT count() FROM tocsin.events_application',
    text: '2\n',
  },
  { why: 'a table', sql: 'SELECT count() FROM log_events_application', text: '2\n' },
  { why: 'WITH', sql: 'WITH c AS (SELECT 1 AS x) SELECT x FROM c', text: '1\n' },
  {
    why: 'recursion',
    sql: `WITH RECURSIVE c AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM c WHERE x < 3)
      SELECT max(x) FROM c`,
    text: '3\n',
  },
  { why: 'a combinator', sql: 'SELECT sumIf(1, 1), uniqExactOrNull(1)', text: '1\t1\n' },
  {
    why: 'a window',
    sql: `SELECT row_number() OVER (ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
      FROM numbers(2)`,
    text: '1\n2\n',
  },
  {
    why: 'membership in a view',
    sql: "SELECT 1 WHERE 'mine' IN (SELECT event_id FROM events_application)",
    text: '1\n',
  },
  { why: 'a tuple on the right', sql: 'SELECT 1 IN (1, 2)', text: '1\n' },
  {
    why: 'a column excepted',
    sql: 'SELECT * EXCEPT (b) FROM (SELECT 1 AS a, 2 AS b)',
    text: '1\n',
  },
  {
    why: 'the word in a string',
    sql: "SELECT 'PREWHERE INTO OUTFILE SETTINGS'",
    text: 'PREWHERE INTO OUTFILE SETTINGS\n',
  },
  { why: 'set operations', sql: 'SELECT 1 INTERSECT SELECT 1', text: '1\n' },
  { why: 'EXISTS', sql: 'EXISTS TABLE alerts', text: '1\n' },
  { why: 'SHOW DATABASES', sql: 'SHOW DATABASES FORMAT JSONEachRow', has: '"name":"tocsin"' },
  { why: 'SHOW TABLES', sql: 'SHOW TABLES', has: 'events_model\n' },
  { why: 'SHOW CREATE', sql: 'SHOW CREATE VIEW alerts', has: 'CREATE VIEW tocsin.alerts' },
  { why: 'DESCRIBE', sql: 'DESCRIBE TABLE alerts', has: 'alert_id\tString' },
  { why: 'DESCRIBE of a query', sql: 'DESCRIBE (SELECT 1 AS x)', has: 'x\tUInt8' },
  {
    why: 'the settings clients read',
    sql: "SELECT name, value, readonly FROM system.settings WHERE name = 'max_threads'",
    has: 'max_threads',
  },
  {
    why: 'who and where',
    sql: 'SELECT version(), timezone(), currentDatabase()',
    has: '\ttocsin\n',
  },
])('a reader may: $why', async ({ sql, text, has }) => {
  const answer = await ask({ sql })
  expect(answer).toMatchObject({ status: 200, code: undefined })
  expect(answer.text).toContain(has ?? text)
  expect(answer.text.length).toBe(text?.length ?? answer.text.length)
})

test.for([
  { why: 'file as a table', sql: "SELECT * FROM file('/etc/passwd', LineAsString)" },
  { why: 'file as a value', sql: "SELECT file('/etc/passwd')" },
  { why: 'file in capitals', sql: "SELECT FILE('/etc/passwd')" },
  { why: 'file in backquotes', sql: "SELECT `file`('/etc/passwd')" },
  { why: 'file in a subquery', sql: "SELECT (SELECT file('/etc/passwd'))" },
  { why: 'file in a WITH', sql: "WITH c AS (SELECT * FROM file('/etc/passwd')) SELECT 1" },
  { why: 'file as a constant of WITH', sql: "WITH file('/etc/passwd') AS x SELECT x" },
  { why: 'file in a WHERE', sql: "SELECT 1 WHERE file('/etc/passwd') != ''" },
  { why: 'file in a lambda', sql: "SELECT arrayMap(x -> file(x), ['/etc/passwd'])" },
  {
    why: 'file in a window frame',
    sql: `SELECT sum(1) OVER
      (ORDER BY 1 ROWS BETWEEN 1 PRECEDING AND toUInt8(file('/x')) FOLLOWING)`,
  },
  { why: 'file in LIMIT', sql: "SELECT 1 LIMIT toUInt8(file('/etc/passwd'))" },
  {
    why: 'file in ORDER BY WITH FILL',
    sql: "SELECT 1 AS a ORDER BY a WITH FILL FROM toUInt8(file('/x'))",
  },
  { why: 'file in IN', sql: "SELECT '' IN file('/etc/passwd')" },
  { why: 'file by APPLY', sql: "SELECT * APPLY(file) FROM (SELECT '/etc/passwd')" },
  {
    why: 'file by APPLY of a lambda',
    sql: "SELECT * APPLY(x -> file(x)) FROM (SELECT '/etc/passwd')",
  },
  { why: 'file in a union', sql: "SELECT '' UNION ALL SELECT file('/etc/passwd')" },
  { why: 'file in DESCRIBE', sql: "DESCRIBE TABLE file('/etc/passwd')" },
  { why: 'file in SHOW', sql: "SHOW TABLES WHERE file('/etc/passwd') != ''" },
  { why: 'file as a table’s name', sql: 'SELECT * FROM `/etc/passwd`' },
  { why: 'file as a name of the default database', sql: 'SELECT * FROM default.`/etc/passwd`' },
  {
    why: 'file behind a parameter',
    sql: 'SELECT * FROM {t:Identifier}',
    parameters: { param_t: '/etc/passwd' },
  },
  { why: 'url', sql: "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)" },
  { why: 'executable', sql: "SELECT * FROM executable('sh', TabSeparated, 'x String')" },
  { why: 'remote', sql: "SELECT * FROM remote('127.0.0.1', system.one)" },
  { why: 's3', sql: "SELECT * FROM s3('http://127.0.0.1:1/b/k', CSV)" },
  { why: 'merge', sql: "SELECT * FROM merge('system', '.*')" },
  { why: 'cluster', sql: "SELECT * FROM cluster('default', system.one)" },
  { why: 'view of a file', sql: "SELECT * FROM view(SELECT * FROM file('/etc/passwd'))" },
  { why: 'dictGet', sql: "SELECT dictGet('d', 'a', 1)" },
  { why: 'joinGet', sql: "SELECT joinGet('alerts', 'a', 1)" },
  {
    why: 'hasColumnInTable of a host',
    sql: "SELECT hasColumnInTable('127.0.0.1', 'system', 'one', 'dummy')",
  },
  { why: 'a language model', sql: "SELECT aiGenerate('x')" },
  { why: 'sleep', sql: 'SELECT sleep(1)' },
  { why: 'an unknown function', sql: 'SELECT nobodyKnowsThis(1)' },
  { why: 'a combinator of nothing', sql: 'SELECT fileIf(1, 1)' },
  {
    why: 'INSERT INTO FUNCTION',
    sql: "INSERT INTO FUNCTION file('/tmp/tocsin-x', CSV, 'a Int8') SELECT 1",
  },
  { why: 'INSERT', sql: "INSERT INTO log_alerts (alert_id) VALUES ('x')" },
  { why: 'INTO OUTFILE', sql: "SELECT 1 INTO OUTFILE '/tmp/tocsin-x'" },
  { why: 'INTO OUTFILE of DESCRIBE', sql: "DESCRIBE TABLE alerts INTO OUTFILE '/tmp/tocsin-x'" },
  { why: 'INTO OUTFILE of EXISTS', sql: "EXISTS TABLE alerts INTO OUTFILE '/tmp/tocsin-x'" },
  { why: 'SET', sql: 'SET max_memory_usage = 0' },
  { why: 'SETTINGS', sql: 'SELECT 1 SETTINGS max_memory_usage = 0', code: READONLY },
  {
    why: 'SETTINGS of a subquery',
    sql: 'SELECT 1 FROM (SELECT 2 SETTINGS max_threads = 9)',
    code: READONLY,
  },
  { why: 'two statements', sql: 'SELECT 1; SELECT 2', code: 62 },
  { why: 'two statements, a comment between', sql: 'SELECT 1; -- x\nSELECT 2', code: 62 },
  { why: 'statements in parallel', sql: 'SELECT 1 PARALLEL WITH SELECT 2' },
  { why: 'DROP', sql: 'DROP TABLE log_alerts' },
  { why: 'CREATE', sql: 'CREATE TABLE x (a Int8) ENGINE = Null' },
  { why: 'ALTER', sql: 'ALTER TABLE log_alerts DELETE WHERE 1' },
  { why: 'TRUNCATE', sql: 'TRUNCATE TABLE log_alerts' },
  { why: 'OPTIMIZE', sql: 'OPTIMIZE TABLE log_alerts FINAL' },
  { why: 'SYSTEM', sql: 'SYSTEM FLUSH LOGS' },
  { why: 'KILL', sql: 'KILL QUERY WHERE 1' },
  { why: 'USE', sql: 'USE system' },
  { why: 'EXPLAIN', sql: 'EXPLAIN SELECT 1' },
  {
    why: 'EXPLAIN of a second statement',
    sql: 'EXPLAIN AST SELECT 1; DROP TABLE log_alerts',
    code: 62,
  },
  { why: 'a system table of queries', sql: 'SELECT * FROM system.processes' },
  { why: 'a system table in IN', sql: 'SELECT 1 IN system.processes' },
  { why: 'the migrations’ book', sql: 'SELECT * FROM migrations' },
  {
    why: 'a table declared elsewhere',
    sql: 'SELECT * FROM (WITH migrations AS (SELECT 1) SELECT 1) AS a, migrations',
  },
  {
    why: 'a table declared in a string',
    sql: "SELECT 'migrations AS (' FROM migrations",
  },
  {
    why: 'a name declared like a table',
    sql: 'WITH migrations AS (SELECT 1) SELECT 1 FROM system.users',
  },
  { why: 'SHOW PROCESSLIST', sql: 'SHOW PROCESSLIST' },
  { why: 'SHOW of another database', sql: 'SHOW TABLES FROM system' },
  { why: 'SHOW CREATE of what is not evidence', sql: 'SHOW CREATE TABLE system.users' },
  { why: 'PREWHERE', sql: 'SELECT 1 FROM log_alerts PREWHERE 1' },
])('a reader may not: $why', async ({ sql, code = ACCESS_DENIED, parameters = {} }) => {
  const answer = await ask({ sql, query: parameters })
  expect(answer.code).toBe(code)
  expect(answer.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: `))
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.text).not.toContain('root:')
})
