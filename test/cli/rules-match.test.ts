import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'

import { ONE_LINE, tocsin } from '../support/cli.ts'
import { aDirectory } from '../support/replays.ts'
import { aTar } from '../support/tar.ts'

const IDS = {
  shell: '00000000-0000-4000-8000-000000000002',
  user: '00000000-0000-4000-8000-000000000001',
}
const directory = aDirectory()
const tree = join(directory, 'tree')
const events = join(directory, 'events.ndjson')

/** A dull rule of any product: an image that ends in `sh`. */
function sigmaRule(differs: Record<string, unknown> = {}): string {
  return stringify({
    title: 'A shell',
    id: IDS.shell,
    logsource: { product: 'linux', category: 'process_creation' },
    detection: { shell: { 'Image|endswith': '/sh' }, condition: 'shell' },
    ...differs,
  })
}

const USER = { user: { User: 'root' }, condition: 'user' }
const FILES: Record<string, string> = {
  'deep/shell.yml': sigmaRule(),
  'user.yml': sigmaRule({ id: IDS.user, logsource: { product: 'windows' }, detection: USER }),
  'untitled.yml': sigmaRule({ id: undefined, title: 'No id', detection: USER }),
}
const EVENTS = [
  { Image: '/bin/sh', User: 'root' },
  { Image: '/bin/ls', User: 'a-user' },
  { Image: '/bin/sh' },
]
const ALL = [[IDS.user, IDS.shell, 'No id'], [], [IDS.shell]]

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) writeRule(tree, name, text)
  writeFileSync(events, ndjson(EVENTS))
})
afterAll(() => rmSync(directory, { recursive: true }))

function writeRule(place: string, name: string, text: string): string {
  const path = join(place, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

function ndjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

function treeOf(name: string, files: Record<string, string>): string {
  for (const [file, text] of Object.entries(files)) writeRule(join(directory, name), file, text)
  return join(directory, name)
}

test('a line an event, the sorted ids; a title where there is no id', async () => {
  const { code, stdout, stderr } = await tocsin(['rules', 'match', tree, events])
  expect(stdout).toBe(ndjson(ALL))
  expect(stderr).toBe('3 rules, 0 refused\n3 events, 4 matches\n')
  expect(code).toBe(0)
})

test.for<{ why: string; rules: () => string; args?: string[]; input?: string | Buffer }>([
  { why: 'an archive', rules: () => archiveOf('tree.tar', (bytes) => bytes) },
  { why: 'a packed archive', rules: () => archiveOf('tree.tar.gz', gzipSync) },
  { why: 'standard input', rules: () => tree, input: ndjson(EVENTS) },
  { why: 'packed standard input', rules: () => tree, input: gzipSync(ndjson(EVENTS)) },
  { why: 'Windows line ends', rules: () => tree, input: ndjson(EVENTS).replaceAll('\n', '\r\n') },
  { why: 'no last line end', rules: () => tree, input: ndjson(EVENTS).trimEnd() },
  { why: 'blank lines', rules: () => tree, input: ndjson(EVENTS).replaceAll('\n', '\n \n') },
])('$why gives the same', async ({ rules, input }) => {
  const from = input === undefined ? [events] : ['-']
  const { code, stdout } = await tocsin(['rules', 'match', rules(), ...from], {
    input: input ?? '',
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: ndjson(ALL) })
})

function archiveOf(name: string, pack: (bytes: Buffer) => Buffer): string {
  const path = join(directory, name)
  writeFileSync(path, pack(aTar(FILES)))
  return path
}

test('--out has the lines, and standard output nothing', async () => {
  const out = join(directory, 'matches.ndjson')
  const { code, stdout } = await tocsin(['rules', 'match', tree, events, '--out', out])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(readFileSync(out, 'utf8')).toBe(ndjson(ALL))
})

test('a file of its own, and a stated log source, leave rules out', async () => {
  const one = await tocsin(['rules', 'match', join(tree, 'user.yml'), events])
  expect(one.stdout).toBe(ndjson([[IDS.user], [], []]))
  const args = ['--logsource', 'product=linux,category=process_creation']
  const stated = await tocsin(['rules', 'match', tree, events, ...args])
  expect(stated.stdout).toBe(ndjson([[IDS.shell, 'No id'], [], [IDS.shell]]))
})

test('filters are worked in before pipelines, and pipelines say what they leave', async () => {
  const filter = stringify({
    title: 'Not as root',
    logsource: { product: 'linux' },
    filter: { rules: [IDS.shell], root: { User: 'root' }, condition: 'not root' },
  })
  const filtered = treeOf('filtered', { 'shell.yml': FILES['deep/shell.yml']!, 'f.yml': filter })
  const fields = { Image: 'process.path', User: 'user.name' }
  const steps = [{ id: 'fields', type: 'field_name_mapping', mapping: fields }]
  const pipeline = stringify({ name: 'ecs', transformations: steps, finalizers: [] })
  const path = writeRule(directory, 'ecs.yml', pipeline)
  const input = ndjson(
    EVENTS.map(({ Image, User }) => ({ process: { path: Image }, user: { name: User } })),
  )
  const { stdout, stderr } = await tocsin(['rules', 'match', filtered, '-', '--pipeline', path], {
    input,
  })
  expect(stdout).toBe(ndjson([[], [], [IDS.shell]]))
  expect(stderr).toContain('1 filters are worked in\n')
  expect(stderr).toContain('ecs: "finalizers" are ignored')
})

test('a placeholder stands for what --placeholders says', async () => {
  const expanding = sigmaRule({
    detection: { admin: { 'User|expand': '%admins%' }, condition: 'admin' },
  })
  const rules = writeRule(directory, 'expand.yml', expanding)
  const path = writeRule(directory, 'placeholders.yml', 'admins: [root, toor]')
  const args = ['rules', 'match', rules, events]
  expect((await tocsin([...args, '--placeholders', path])).stdout).toBe(
    ndjson([[IDS.shell], [], []]),
  )
  expect(await tocsin(args)).toMatchObject({ code: 1, stdout: '' })
})

test('a line without an event: null in its place, named, exit 1', async () => {
  const lines = ['{"User": ', '[1]', '"text"', '', '{"User": "root"}']
  const input = `${lines.join('\n')}\n`
  const { code, stdout, stderr } = await tocsin(['rules', 'match', tree, '-'], { input })
  expect(stdout).toBe(ndjson([null, null, null, [IDS.user, 'No id']]))
  expect(stderr.split('\n').slice(1, -1)).toEqual([
    '-:1: not JSON',
    '-:2: JSON, but no object',
    '-:3: JSON, but no object',
    '1 events, 2 matches',
    'tocsin: 3 lines of standard input are no JSON objects [INPUT_UNREADABLE]',
  ])
  expect(code).toBe(1)
})

test('refused rules and correlations are named; only --strict fails for them', async () => {
  const correlation = stringify({
    title: 'Often',
    correlation: { type: 'event_count', rules: [IDS.shell], timespan: '5m', condition: { gte: 3 } },
  })
  const broken = treeOf('broken', {
    'bad.yml': sigmaRule({ detection: { shell: { 'Image|nosuch': 'x' }, condition: 'shell' } }),
    'good.yml': sigmaRule(),
    'often.yml': correlation,
  })
  const lenient = await tocsin(['rules', 'match', broken, events])
  expect({ code: lenient.code, stdout: lenient.stdout }).toEqual({
    code: 0,
    stdout: ndjson([[IDS.shell], [], [IDS.shell]]),
  })
  expect(lenient.stderr).toMatch(/^1 rules, 1 refused:\n {2}\S*bad\.yml:\d+: \S.*nosuch/)
  expect(lenient.stderr).toMatch(/1 correlations are not run by this command:\n {2}\S*often\.yml\n/)
  const strict = await tocsin(['rules', 'match', broken, events, '--strict'])
  expect(strict).toMatchObject({ code: 1, stdout: '' })
  expect(strict.stderr).toMatch(/tocsin: 1 rules are refused \[BAD_RULES\]\n$/)
})

test.for([
  { why: 'no such tree', args: ['/no/such', '-'], code: 1 },
  { why: 'no such events', args: [tree, '/no/such'], code: 1 },
  { why: 'a folder of events', args: [tree, directory], code: 1 },
  { why: 'no such pipeline', args: [tree, '-', '--pipeline', '/no/such'], code: 1 },
  {
    why: 'a pipeline that is none',
    args: [tree, '-', '--pipeline', join(tree, 'user.yml')],
    code: 1,
  },
  { why: 'an unknown log source', args: [tree, '-', '--logsource', 'host=a'], code: 2 },
  { why: 'a log source twice', args: [tree, '-', '--logsource', 'product=a,product=b'], code: 2 },
  { why: 'an empty log source', args: [tree, '-', '--logsource', ''], code: 2 },
  { why: 'a place to write that is none', args: [tree, '-', '--out', '/no/such/out'], code: 1 },
  { why: 'events that are lacking', args: [tree], code: 2 },
])('$why: the last line says it, exit $code', async ({ args, code }) => {
  const result = await tocsin(['rules', 'match', ...args], { input: ndjson(EVENTS) })
  const last = result.stderr.split('\n').at(-2)
  expect(`${last}\n`).toMatch(ONE_LINE)
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' })
})

test('a packed file that broke off: what stood before it, and exit 1', async () => {
  const many = Array.from({ length: 5_000 }, (_, number) => ({ ...EVENTS[0], number }))
  const input = gzipSync(ndjson(many)).subarray(0, 4_000)
  const { code, stdout, stderr } = await tocsin(['rules', 'match', tree, '-'], { input })
  expect(stdout.startsWith(ndjson([ALL[0]]))).toBe(true)
  expect(stderr).toContain('INPUT_TRUNCATED')
  expect(code).toBe(1)
})
