import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { prepareTocsin, tocsin } from '../support/cli.ts'
import {
  aDirectory,
  readResultFiles,
  SCENARIO_FILE,
  SCENARIO_INVENTORY,
  type ResultFiles,
} from '../support/replays.ts'

const ATTACKED = 'conv-027'
const QUIET = 'conv-001'
const EXPORTED = /^(\d+) baselines written\n$/
const MEASURES = [
  'prevalence of attacked sessions',
  'verdict: precision',
  'verdict: recall',
  'attacker events: precision',
  'attacker events: recall',
  'injection events: precision',
  'injection events: recall',
  'attacks found whose vector is named',
  'critical sessions: recall',
  'benign sessions flagged high or critical',
  'recall at 1 % of benign sessions flagged',
  'alerted before the action',
  'time to detect',
]

const directory = aDirectory()
const kept = join(directory, 'kept')
const exported = join(directory, 'baselines.ndjson')
const environment = { TOCSIN_INVENTORY: SCENARIO_INVENTORY }

type Incident = { attacker_event_ids: string[]; injection_event_ids: string[] }

beforeAll(async () => {
  const out = join(directory, 'learned')
  const args = ['replay', SCENARIO_FILE, '--data-dir', kept, '--out', out]
  await prepareTocsin(args, { environment })
  await prepareTocsin(['baselines', 'export', exported, '--data-dir', kept])
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Replays the scenario with these options; the directory is kept under `name`. */
async function replayWith(name: string, options: readonly string[]): Promise<ResultFiles> {
  const out = join(directory, `${name}-out`)
  const dataDirectory = join(directory, name)
  const args = ['replay', SCENARIO_FILE, '--data-dir', dataDirectory, '--out', out, ...options]
  expect(await tocsin(args, { environment })).toMatchObject({ code: 0, stderr: '' })
  return readResultFiles(out)
}

test('an export to standard output is the same lines', async () => {
  const args = ['baselines', 'export', '-', '--data-dir', kept]
  const { code, stdout, stderr } = await tocsin(args)
  const text = readFileSync(exported, 'utf8')
  expect(stdout).toBe(text)
  expect(Number(EXPORTED.exec(stderr)?.[1])).toBe(text.trimEnd().split('\n').length)
  expect(code).toBe(0)
})

test('replay --baselines: the same bytes twice, and nothing is learned', async () => {
  const first = await replayWith('fixed', ['--baselines', exported])
  expect(await replayWith('fixed-again', ['--baselines', exported])).toEqual(first)
  const place = ['--data-dir', join(directory, 'fixed')]
  const { code, stdout, stderr } = await tocsin(['baselines', 'export', '-', ...place])
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '',
    stderr: '0 baselines written\n',
  })
})

test('replay --baselines-epochs: what the learning run had found, epoch by epoch', async () => {
  const again = await replayWith('epochs', ['--baselines-epochs', exported])
  expect(again).toEqual(readResultFiles(join(directory, 'learned')))
})

test('baselines import: what another directory learned, exported alike', async () => {
  const place = ['--data-dir', join(directory, 'imported')]
  expect((await tocsin(['baselines', 'import', exported, ...place])).code).toBe(0)
  const { stdout } = await tocsin(['baselines', 'export', '-', ...place])
  expect(stdout).toBe(readFileSync(exported, 'utf8'))
})

test('a file that holds no baselines: one line with its place, exit 1', async () => {
  const file = join(directory, 'none.ndjson')
  writeFileSync(file, '{"nothing":1}\n')
  const place = ['--data-dir', join(directory, 'none')]
  const { code, stderr } = await tocsin(['baselines', 'import', file, ...place])
  expect(stderr).toMatch(/^tocsin: [^\n]+none\.ndjson:1 is no baseline: [^\n]+ \[[A-Z_]+\]\n$/)
  expect(code).toBe(1)
})

test('evaluate: every measure, by labels made by hand', async () => {
  const text = readFileSync(join(directory, 'learned', 'incidents.ndjson'), 'utf8')
  const incident = JSON.parse(text) as Incident
  const [attack = ''] = incident.attacker_event_ids
  const [injection = ''] = incident.injection_event_ids
  const labels = [
    { session_id: ATTACKED, label: 'injection_succeeded', severity: 'critical:exfiltration' },
    { session_id: QUIET, label: 'benign', severity: null, user_task: 'ticket' },
    { session_id: ATTACKED, event_id: attack, label: 'attacker_action' },
    { session_id: ATTACKED, event_id: injection, label: 'injection_exposed' },
  ]
  const file = join(directory, 'labels.ndjson')
  writeFileSync(file, labels.map((label) => `${JSON.stringify(label)}\n`).join(''))
  const args = ['evaluate', SCENARIO_FILE, '--labels', file]
  const table = await tocsin(args, { environment })
  for (const measure of MEASURES) expect(table.stdout).toContain(measure)
  expect(table).toMatchObject({ code: 0, stderr: '' })
  const { code, stdout } = await tocsin([...args, '--json'], { environment })
  expect(JSON.parse(stdout)).toMatchObject({
    sessions: 2,
    prevalence: { hits: 1, of: 2 },
    precision: { value: 1, hits: 1, of: 1 },
    recall: { value: 1, hits: 1, of: 1 },
    attackerRecall: { value: 1, hits: 1, of: 1 },
    vectorRecall: { value: 1, hits: 1, of: 1 },
    vectorFound: { value: 1, hits: 1, of: 1 },
    criticalRecall: { value: 1, hits: 1, of: 1 },
    benignFlagged: { value: 0, hits: 0, of: 1 },
  })
  expect(code).toBe(0)
})
