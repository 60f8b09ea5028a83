import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { exampleSettings, SECRETS } from '../export/example-sinks.ts'
import { startElastic } from '../export/receivers/elastic.ts'
import type { Trouble } from '../export/receivers/http-receiver.ts'
import type { Receiver } from '../export/receivers/receiver.ts'
import { startSplunk } from '../export/receivers/splunk.ts'
import { ONE_LINE, prepareTocsin, startTocsin, tocsin } from '../support/cli.ts'
import { eventually } from '../support/live.ts'
import { aDirectory, SCENARIO_FILE } from '../support/replays.ts'

const directory = aDirectory()
const open: Receiver[] = []

afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close()
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('tocsin sinks', () => {
  test('list names each and where it leads, and no secret', async () => {
    const { code, stdout } = await sinks(
      ['list', '--json'],
      exampleSettings('splunk', 'splunk', {}),
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      name: 'splunk',
      kind: 'splunk',
      target: 'splunk.example.com:8088 tocsin',
      severity_min: 'informational',
    })
    expect(stdout).not.toContain(SECRETS.SPLUNK_HEC_TOKEN)
  })

  test('a try sends one finding that says what it is, and tells what came back', async () => {
    const receiver = await startElastic([])
    open.push(receiver)
    const text = exampleSettings('elastic', 'elastic', receiver.settings)
    const { code, stdout } = await sinks(['test', 'elastic'], text)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^elastic \(127\.0\.0\.1:\d+ tocsin-findings\): 1 of 1 documents indexed;/,
    )
    const [document] = receiver.documents.values()
    expect(document).toMatchObject({ tags: ['tocsin:test'], event: { severity: 1 } })
  })

  test.for<{ why: string; trouble: Trouble; says: RegExp }>([
    {
      why: 'a wrong token',
      trouble: { kind: 'status', status: 403 },
      says: /answered 403 \[SINK_REFUSED\]/,
    },
    { why: 'no answer', trouble: { kind: 'cut' }, says: /no answer .* \[SINK_UNAVAILABLE\]/ },
    {
      why: 'a finding it cannot take',
      trouble: { kind: 'status', status: 400 },
      says: /refused it \(answered_400\) \[REFUSED\]/,
    },
  ])('a try says in one line: $why', async ({ trouble, says }) => {
    const receiver = await startElastic([trouble])
    open.push(receiver)
    const text = exampleSettings('elastic', 'elastic', receiver.settings)
    const { code, stderr } = await sinks(['test', 'elastic'], text)
    expect(code).toBe(1)
    expect(stderr).toMatch(ONE_LINE)
    expect(stderr).toMatch(says)
  })

  test('a name that is not there is told with those that are', async () => {
    const { code, stderr } = await sinks(['test', 'x'], exampleSettings('splunk', 'splunk', {}))
    expect(code).toBe(1)
    expect(stderr).toMatch(/no sink x; there are: splunk \[NOT_FOUND\]/)
  })
})

describe('a pipeline with a sink', () => {
  const data = join(directory, 'data')
  let told: string[] = []

  beforeAll(async () => {
    await prepareTocsin(['replay', SCENARIO_FILE, '--data-dir', data])
    const topic = ['topics', 'read', 'alerts.ocsf.v1', '--limit', '100000', '--data-dir', data]
    const { stdout } = await prepareTocsin(topic)
    const lines = stdout.trim().split('\n')
    told = lines.map((line) => (JSON.parse(line) as Told).value.metadata.uid)
  })

  test('is killed between sending and acknowledgement, and loses nothing', async () => {
    expect(told.length).toBeGreaterThan(0)
    const deaf: Trouble[] = Array.from({ length: 1_000 }, () => ({ kind: 'cut_after' }))
    const first = await startSplunk(deaf)
    open.push(first)
    const killed = start(exampleSettings('splunk', 'splunk', first.settings))
    await eventually(
      () => first.taken.length,
      (count) => count > 0,
    )
    killed.child.kill('SIGKILL')
    await killed.result
    await first.close()
    const second = await startSplunk([])
    open.push(second)
    const again = start(exampleSettings('splunk', 'splunk', second.settings))
    const missing = (): string[] => told.filter((uid) => !second.taken.includes(uid))
    await eventually(missing, (uids) => uids.length === 0)
    again.child.kill('SIGTERM')
    expect((await again.result).code).toBe(0)
    expect(missing()).toEqual([])
    expect(new Set(second.taken).size).toBe(second.taken.length)
    expect([...first.complaints, ...second.complaints]).toEqual([])
  })

  function start(text: string): ReturnType<typeof startTocsin> {
    const environment = { ...settingsOf(text), TOCSIN_HTTP_PORT: '0', TOCSIN_SQL_PORT: '0' }
    return startTocsin(['start', '--data-dir', data], { environment })
  }
})

type Told = { value: { metadata: { uid: string } } }

function sinks(args: readonly string[], text: string): ReturnType<typeof tocsin> {
  return tocsin(['sinks', ...args], { environment: settingsOf(text) })
}

function settingsOf(text: string): Record<string, string> {
  const path = join(directory, 'sinks.yaml')
  writeFileSync(path, text)
  return { ...SECRETS, TOCSIN_SINKS: path, TOCSIN_LOG_LEVEL: 'error' }
}
