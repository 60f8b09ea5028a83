import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ROOT } from '../support/checkout.ts'
import { OLDER_NODE } from '../support/older-node.ts'

const PROBE = `
import { text } from 'node:stream/consumers'
const [what, value] = process.argv.slice(2)
if (what === 'exit') process.exit(Number(value))
else if (what === 'echo') console.log(JSON.stringify(process.argv.slice(2)))
else if (what === 'cat') process.stdout.write(await text(process.stdin))
else if (what === 'version') console.log(process.version)
else if (what === 'die') process.kill(process.pid, value)
else if (what === 'warn') process.emitWarning('new', 'ExperimentalWarning')
else {
  process.on('SIGTERM', () => process.exit(41))
  process.on('SIGINT', () => process.exit(42))
  setTimeout(() => process.exit(99), 120_000)
  console.log(process.pid)
}
`
/** Less than what waits goes on by itself. */
const DEADLINE_MS = 60_000
const nodes = [
  { name: 'this Node', node: process.execPath },
  ...(OLDER_NODE === undefined ? [] : [{ name: 'an older Node', node: OLDER_NODE }]),
]
const temporary = mkdtempSync(join(tmpdir(), 'tocsin-launcher-'))

beforeAll(() => {
  plant('checkout', 'services/cli/main.ts')
  plant('package', 'dist/services/cli/main.js')
  plant('bare', 'services/cli/main.ts')
  for (const tree of ['checkout', 'package'])
    symlinkSync(join(ROOT, 'node_modules'), join(temporary, tree, 'node_modules'))
})

afterAll(() => rmSync(temporary, { recursive: true }))

describe.for(nodes)('the launcher on $name', ({ node }) => {
  test.for(['checkout', 'package'])('finds main in a %s', (tree) => {
    const { stdout, stderr } = run(node, tree, ['version'])
    expect(Number(/^v(\d+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(24)
    expect(stderr).toBe('')
  })

  test('passes arguments on as they are', () => {
    const words = ['echo', '--help', 'a b', '$HOME', '']
    expect(JSON.parse(run(node, 'checkout', words).stdout)).toEqual(words)
  })

  test('passes standard input on', () => {
    expect(run(node, 'checkout', ['cat'], 'one\ntwo\n').stdout).toBe('one\ntwo\n')
  })

  test('keeps quiet about what is experimental in Node', () => {
    expect(run(node, 'checkout', ['warn'])).toMatchObject({ status: 0, stderr: '' })
  })

  test.for([0, 1, 2, 7])('keeps exit code %i', (code) => {
    expect(run(node, 'checkout', ['exit', String(code)]).status).toBe(code)
  })

  test.for(['SIGKILL', 'SIGTERM'])('ends by %s where Tocsin did', (signal) => {
    expect(run(node, 'checkout', ['die', signal]).signal).toBe(signal)
  })

  test.for([
    { signal: 'SIGTERM', code: 41 },
    { signal: 'SIGINT', code: 42 },
  ] as const)('passes $signal on', async ({ signal, code }) => {
    const { child } = await start(node)
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([code, null])
  })

  test('leaves nothing behind when it is killed outright', async () => {
    const { child, tocsinPid } = await start(node)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect.poll(() => isAlive(tocsinPid)).toBe(false)
  })
})

test.runIf(OLDER_NODE !== undefined)('says in one line that no Node 24 is there', () => {
  const { status, stderr } = run(OLDER_NODE ?? '', 'bare', ['version'])
  expect(status).toBe(1)
  expect(stderr).toMatch(/^tocsin: .* is not installed .*install Node 24 or newer.*\n$/)
})

function plant(tree: string, mainPath: string): void {
  const launcher = join(temporary, tree, 'services/cli/launcher.mjs')
  const main = join(temporary, tree, mainPath)
  mkdirSync(join(launcher, '..'), { recursive: true })
  mkdirSync(join(main, '..'), { recursive: true })
  cpSync(join(ROOT, 'services/cli/launcher.mjs'), launcher)
  writeFileSync(join(temporary, tree, 'package.json'), '{ "type": "module" }')
  writeFileSync(main, PROBE)
}

type Ended = { status: number | null; signal: string | null; stdout: string; stderr: string }

function run(node: string, tree: string, words: string[], input = ''): Ended {
  const launcher = join(temporary, tree, 'services/cli/launcher.mjs')
  const { status, signal, stdout, stderr } = spawnSync(node, [launcher, ...words], {
    input,
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  })
  return { status, signal, stdout, stderr }
}

async function start(node: string): Promise<{ child: ChildProcess; tocsinPid: number }> {
  const launcher = join(temporary, 'checkout/services/cli/launcher.mjs')
  const child = spawn(node, [launcher, 'wait'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, tocsinPid: Number(line.toString()) }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
