import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { describe, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'

import { anEventLine } from '../collect/an-event.ts'
import { temporaryDirectory } from '../collect/temporary-directory.ts'
import { ONE_LINE, startTocsin, tocsin } from '../support/cli.ts'
import { aLiveTocsin, eventually, type LiveTocsin } from '../support/live.ts'

const line = (number: number): string =>
  anEventLine({ layer: 'data', action: 'select', event_id: `e-${number}`, session_id: 's-logs' })
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `${line(from + index)}\n`).join('')

describe('tocsin collect', () => {
  test('lists sources and formats', async () => {
    const { code, stdout } = await tocsin(['collect', '--list'])
    expect(code).toBe(0)
    for (const name of ['file', 'http', 'kafka', 'otlp', 'syslog', 'clickhouse', 'tocsin'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test('prints the events of a file and counts them, handing nothing in', async () => {
    const path = join(await temporaryDirectory(), 'app.log.gz')
    await writeFile(path, gzipSync(`${lines(0, 3)}bad\n`))
    const told = ['--format', 'tocsin', '--server-id', 'db', '--name', 'app', '--tenant', 'acme']
    const { code, stdout, stderr } = await tocsin(['collect', 'file', path, ...told, '--dry-run'])
    const events = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as object)
    expect([code, events.length]).toEqual([0, 3])
    expect(events[0]).toMatchObject({
      layer: 'data',
      tenant_id: 'acme',
      collector_id: 'app',
      collector_seq: 1,
      server_id: 'db',
      session_id: 's-logs',
    })
    expect(stderr).toContain('app: 3 events; skipped none; rejected 1 (NOT_JSON 1)')
  })

  test.for([
    { why: 'no source', args: ['--format', 'tocsin'], code: 2 },
    { why: 'a format that is none', args: ['file', 'x', '--format', 'nope'], code: 2 },
    {
      why: 'a port that is none',
      args: ['http', '--format', 'tocsin', '--port', '70000'],
      code: 2,
    },
    {
      why: 'a file that is not there',
      args: ['file', '/nowhere', '--format', 'tocsin', '--dry-run'],
      code: 1,
    },
    {
      why: 'no pipeline to hand in to',
      args: ['file', 'x', '--format', 'tocsin', '--data-dir', '/nowhere'],
      code: 1,
    },
  ])('refuses $why in one line', async ({ args, code }) => {
    const result = await tocsin(['collect', ...args])
    expect(result.code).toBe(code)
    expect(result.stderr.split('\n').filter((text) => text.startsWith('tocsin: ')).length).toBe(1)
    expect(`${result.stderr.split('\n').find((text) => text.startsWith('tocsin: '))}\n`).toMatch(
      ONE_LINE,
    )
  })

  test('a wrong setting of declared collectors is named at the start, by its path', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'collectors.yaml')
    await writeFile(file, stringify({ collectors: [{ name: 'a', format: 'nope', source: {} }] }))
    const { code, stderr } = await tocsin(
      ['start', '--collectors', file, '--data-dir', directory],
      { environment: { TOCSIN_HTTP_PORT: '0', TOCSIN_SQL_PORT: '0' } },
    )
    expect(code).toBe(2)
    expect(stderr).toContain('collectors[0].format: there is no such format: tocsin collect --list')
    expect(stderr).toContain('collectors[0].source.kind: ')
  })
})

/** Ids of the stored events of these lines, as a reader of the evidence sees them. */
async function storedIds({ doors }: LiveTocsin): Promise<string[]> {
  const password = doors.tokens['sql-reader']
  const sql = `SELECT event_id, collector_id FROM tocsin.events_data FINAL
    WHERE session_id = 's-logs'`
  const headers = { 'x-clickhouse-user': 'reader', 'x-clickhouse-key': password }
  const url = `${doors.sql?.url}/?query=${encodeURIComponent(sql)}`
  const response = await fetch(url, { headers })
  return (await response.text())
    .trim()
    .split('\n')
    .filter((text) => text !== '')
}

/** The stored rejects of a collector, as a reader of the evidence sees them. */
async function storedRejects({ doors }: LiveTocsin, source: string): Promise<object[]> {
  const password = doors.tokens['sql-reader']
  const sql = `SELECT tenant_id, position, reason, bytes, rejected_by FROM tocsin.rejects
    WHERE source = '${source}' FORMAT JSONEachRow`
  const headers = { 'x-clickhouse-user': 'reader', 'x-clickhouse-key': password }
  const url = `${doors.sql?.url}/?query=${encodeURIComponent(sql)}`
  const text = (await (await fetch(url, { headers })).text()).trim()
  return text === '' ? [] : text.split('\n').map((row) => JSON.parse(row) as object)
}

/** How many records of rejects stand in the log itself. */
async function rejectRecords({ doors }: LiveTocsin): Promise<number> {
  const headers = { authorization: `Bearer ${doors.tokens.admin}` }
  let count = 0
  for (let partition = 0; ; partition += 1) {
    const url = `${doors.http.url}/v1/topics/rejects.v1/${partition}?from=0&limit=100`
    const response = await fetch(url, { headers })
    if (response.status !== 200) return count
    count += ((await response.json()) as { records: unknown[] }).records.length
  }
}

test('a pipeline runs declared collectors and takes what is posted and handed in', async () => {
  const directory = await temporaryDirectory()
  const declared = join(directory, 'declared.log')
  const own = join(directory, 'own.log')
  const file = join(directory, 'collectors.yaml')
  const source = { kind: 'file', path: declared }
  const collectors = [{ name: 'declared', format: 'tocsin', source }]
  await writeFile(file, stringify({ collectors }))
  await writeFile(declared, lines(0, 100))
  await writeFile(own, `${lines(0, 50)}no event\n`)
  const live = await aLiveTocsin(directory, ['--collectors', file])
  onTestFinished(async () => {
    await live.stop()
  })
  const follow = ['collect', 'file', own, '--format', 'tocsin', '--follow', '--name', 'own']
  const checkpoint = join(directory, 'collectors', 'own.json')
  const seqOf = async (path: string): Promise<number> => {
    const text = await readFile(path, 'utf8').catch(() => '{"nextSeq":0}')
    return (JSON.parse(text) as { nextSeq: number }).nextSeq
  }
  // The third begins anew, as one does that was killed before it could note what it had sent.
  for (const round of [1, 2, 3]) {
    if (round === 3) await rm(checkpoint)
    const { child, result } = startTocsin([...follow, '--data-dir', directory])
    expect(
      await eventually(
        () => seqOf(checkpoint),
        (seq) => seq > 50 * round,
      ),
    ).toBe(50 * round + 1)
    child.kill('SIGKILL')
    await result
    await appendFile(own, lines(50 * round, 50 * (round + 1)))
  }
  const headers = { authorization: `Bearer ${live.doors.tokens.ingest}` }
  const posted = await fetch(`${live.doors.http.url}/v1/logs/tocsin`, {
    method: 'POST',
    headers,
    body: lines(0, 10),
  })
  expect([posted.status, await posted.json()]).toMatchObject([200, { accepted: 10 }])
  const declaredPlace = join(directory, 'collectors', 'declared.json')
  expect(
    await eventually(
      () => seqOf(declaredPlace),
      (seq) => seq > 100,
    ),
  ).toBe(101)
  const stored = await eventually(
    () => storedIds(live),
    (found) => found.length >= 260,
  )
  expect([stored.length, new Set(stored).size]).toEqual([260, 260])
  const rejected = { position: 50, reason: 'NOT_JSON', bytes: 8, rejected_by: 'collect' }
  const rejects = await eventually(
    () => storedRejects(live, 'own'),
    (found) => found.length > 0,
  )
  expect(rejects).toMatchObject([rejected])
  expect(await rejectRecords(live)).toBe(2)
}, 300_000)
