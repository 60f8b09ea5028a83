import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { namedPaths, stripTypes } from '../services/cli/strip-types.ts'
import { ROOT, readText } from './support/checkout.ts'
import { OLDER_NODE } from './support/older-node.ts'

const INSTALL_MAX_MS = 600_000
const RUN_MAX_MS = 120_000
const NOT_COPIED = new Set(['node_modules', '.git', '.tocsin', 'dist'])
const EVENT = {
  layer: 'application',
  event_id: 'e-1',
  occurred_at: '2026-01-01T00:00:00.000000Z',
  collector_id: 'c-1',
  collector_seq: 1,
  tenant_id: 'acme',
  session_id: 's-1',
  action: 'session_start',
}
const temporary = mkdtempSync(join(tmpdir(), 'tocsin-package-'))
const home = join(temporary, 'home')
const nodes = [
  { name: 'this Node', node: process.execPath },
  ...(OLDER_NODE === undefined ? [] : [{ name: 'an older Node', node: OLDER_NODE }]),
]

afterAll(() => rmSync(temporary, { recursive: true }))

describe('the packed and installed package', () => {
  beforeAll(() => {
    install(pack())
  }, INSTALL_MAX_MS)

  test('holds JavaScript and what it reads, and nothing of the workshop', () => {
    const installed = join(home, 'node_modules/tocsin')
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed, join(entry.parentPath, entry.name)))
    const top = new Set(files.map((file) => file.split(/[\\/]/)[0]))
    expect(top).toEqual(
      new Set([
        'CHANGELOG.md',
        'LICENSE',
        ...(existsSync(join(ROOT, 'README.md')) ? ['README.md'] : []),
        'dist',
        'package.json',
        'services',
      ]),
    )
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([])
    expect(files.filter((file) => /\.(avsc|sql|ya?ml)$/.test(file)).length).toBeGreaterThan(0)
  })

  test.for(nodes)('answers --version on $name', ({ node }) => {
    const { version } = JSON.parse(readText('package.json')) as { version: string }
    expect(tocsin(node, '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.for(nodes)('answers --help on $name', ({ node }) => {
    const { status, stdout } = tocsin(node, '--help')
    expect(status).toBe(0)
    expect(stdout).toContain('replay')
  })

  test.for(nodes)('refuses bad usage on $name with 2 and one line', ({ node }) => {
    const { status, stderr } = tocsin(node, 'replay', '--no-such-option')
    expect(status).toBe(2)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test.for(nodes)('replays a file on $name', ({ name, node }) => {
    const input = join(home, 'events.ndjson')
    const out = join(home, `out of ${name}`)
    const end = { ...EVENT, event_id: 'e-2', collector_seq: 2, action: 'session_end' }
    writeFileSync(input, [EVENT, end].map((event) => `${JSON.stringify(event)}\n`).join('') + '{\n')
    const { status, stderr } = tocsin(node, 'replay', input, '--out', out)
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stderr).not.toContain('ExperimentalWarning')
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['alerts.ndjson', 'incidents.ndjson', 'rejects.ndjson', 'stats.json']),
    )
    const stats = JSON.parse(readFileSync(join(out, 'stats.json'), 'utf8')) as object
    expect(stats).toMatchObject({ events: 2, rejects: 1 })
  })
})

test.for([
  { why: 'a relative import', source: "import { a } from './a.ts'", path: './a.js' },
  {
    why: 'an import through a room',
    source: "import { a } from '#domain/a.ts'",
    path: '#domain/a.js',
  },
  { why: 'an import call', source: "await import('../a.ts')", path: '../a.js' },
  { why: 'a file beside this one', source: "new URL('./a.ts', import.meta.url)", path: './a.js' },
  { why: 'a path made of parts', source: 'await import(`../${name}/main.ts`)', path: '/main.js' },
])('prepack turns $why into JavaScript', ({ source, path }) => {
  expect(stripTypes(source)).toContain(path)
  expect(stripTypes(source)).not.toContain('.ts')
})

test.for([
  { why: 'a package that ends in .ts', source: "import a from 'a.ts'" },
  { why: 'a name in a sentence', source: "const text = 'see main.ts'" },
])('prepack leaves $why alone', ({ source }) => {
  expect(stripTypes(source)).toBe(source)
})

test('prepack keeps lines and columns', () => {
  const source = 'type A = {\n  b: number\n}\nconst a: A = { b: 1 }\n'
  expect(stripTypes(source).split('\n')[3]).toBe('const a    = { b: 1 }')
})

test('prepack finds what a file imports and reads', () => {
  const source = `import { a } from './a.js'
    const b = await import('../b.js')
    const c = new URL('../../sql/', import.meta.url)
    export * from './d.js'`
  expect(namedPaths(source)).toEqual({
    imports: ['./a.js', '../b.js', './d.js'],
    resources: ['../../sql/'],
  })
})

/** Packs a copy, so that the checkout never holds a `dist/` while other tests run. */
function pack(): string {
  const copy = join(temporary, 'copy')
  for (const name of readdirSync(ROOT))
    if (!NOT_COPIED.has(name)) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  npm(copy, 'pack', '--ignore-scripts=false', '--pack-destination', temporary)
  expect(existsSync(join(copy, 'dist'))).toBe(false)
  const tarball = readdirSync(temporary).find((name) => name.endsWith('.tgz'))
  expect(tarball).toBeDefined()
  return join(temporary, tarball ?? '')
}

function install(tarball: string): void {
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), '{ "private": true }')
  npm(home, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball)
}

function npm(directory: string, ...words: string[]): void {
  execFileSync('npm', words, { cwd: directory, env: ownEnvironment(), stdio: 'pipe' })
}

type Ended = { status: number | null; stdout: string; stderr: string }

function tocsin(node: string, ...words: string[]): Ended {
  const command = join(home, 'node_modules/.bin/tocsin')
  const { status, stdout, stderr } = spawnSync(node, [command, ...words], {
    cwd: home,
    env: ownEnvironment(),
    encoding: 'utf8',
    timeout: RUN_MAX_MS,
  })
  return { status, stdout, stderr }
}

/** Ours without what `npm test` tells its children about the checkout, and without settings. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD|TOCSIN_)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}
