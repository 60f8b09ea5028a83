import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { withoutTaps, withTaps } from '../../services/cli/tap/client-entries.ts'
import { clientFiles } from '../../services/cli/tap/client-files.ts'
import { temporaryDirectory } from '../collect/temporary-directory.ts'
import { tocsin } from '../support/cli.ts'

const TAP = { command: '/node', arguments: ['main.ts', 'tap', '--data-dir', '/data'] }
const COMMENTED = `{
  // servers of mine
  "servers": {
    "files": { "type": "stdio", "command": "npx", "args": ["-y", "fs", "/a b"], "env": {"K":1}, },
    "bare": { "command": "notes" },
    "remote": { "url": "https://mcp.example/mcp" }, /* not ours */
  },
}
`

describe('a configuration', () => {
  test('gets a tap before each server on stdio, and nothing else of it changes', () => {
    const found = withTaps(COMMENTED, TAP)
    expect(found?.changed).toEqual(['files', 'bare'])
    expect(found?.left).toEqual([{ name: 'remote', why: 'it is not started on stdio' }])
    const tapped = (name: string, ...words: string[]): string =>
      JSON.stringify([...TAP.arguments, '--server-id', name, '--', ...words])
    expect(found?.text).toBe(
      COMMENTED.replace('"npx"', '"/node"')
        .replace('["-y", "fs", "/a b"]', tapped('files', 'npx', '-y', 'fs', '/a b'))
        .replace('"notes"', `"/node", "args": ${tapped('bare', 'notes')}`),
    )
  })

  test('that has its taps gets no others', () => {
    const once = withTaps(COMMENTED, TAP)?.text ?? ''
    expect(withTaps(once, TAP)).toMatchObject({ text: once, changed: [] })
    const elsewhere = { ...TAP, arguments: ['main.ts', 'tap', '--data-dir', '/other'] }
    expect(withTaps(once, elsewhere)?.changed).toEqual([])
  })

  test('gives its servers back, also after it was edited', () => {
    const edited = (withTaps(COMMENTED, TAP)?.text ?? '').replace('"K":1', '"K":2')
    const text = withoutTaps(edited, TAP)?.text ?? ''
    expect(text).toContain('"command": "npx", "args": ["-y","fs","/a b"], "env": {"K":2}')
  })

  test('of a client with projects is gone through', () => {
    const text = '{"projects":{"/a":{"mcpServers":{"x":{"command":"c"}}}},"mcpServers":{}}'
    expect(withTaps(text, TAP)?.changed).toEqual(['x'])
  })

  test.for(['', '{', '{"mcpServers": }', '[1', '{"a":1} x', '['.repeat(100)])(
    'that is no JSON is none: %s',
    (text) => expect(withTaps(text, TAP)).toBeUndefined(),
  )
})

describe('tocsin tap install', () => {
  async function aClient() {
    const home = await temporaryDirectory()
    const file = join(home, '.cursor', 'mcp.json')
    mkdirSync(join(home, '.cursor'))
    writeFileSync(file, `\uFEFF${COMMENTED}\r\n`, { mode: 0o600 })
    const environment = { HOME: home }
    const run = (command: string, ...args: string[]) =>
      tocsin(['tap', command, '--data-dir', join(home, 'data'), ...args], { environment })
    return { file, run, read: () => readFileSync(file) }
  }

  test('is undone byte for byte, however often it ran', async () => {
    const { file, run, read } = await aClient()
    const before = read()
    const done = await run('install', '--client', 'cursor')
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(done.stdout).toContain('"files" has a tap now')
    const installed = read()
    expect(installed.includes('--server-id')).toBe(true)
    await run('install', '--client', 'cursor')
    expect(read()).toEqual(installed)
    expect((await run('uninstall', '--client', 'cursor')).code).toBe(0)
    expect(read()).toEqual(before)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('leaves what is no JSON, and says so', async () => {
    const { file, run, read } = await aClient()
    writeFileSync(file, '{')
    expect(await run('install', '--file', file)).toMatchObject({ code: 1 })
    expect(read().toString()).toBe('{')
  })

  test('says where no client is', async () => {
    const { run } = await aClient()
    const found = await run('install', '--client', 'claude-desktop')
    expect(found).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[NOT_FOUND]') as string,
    })
  })
})

test.for([
  { platform: 'linux', path: '.config/Claude/claude_desktop_config.json' },
  { platform: 'darwin', path: 'Library/Application Support/Claude/claude_desktop_config.json' },
  { platform: 'win32', path: 'AppData/Roaming/Claude/claude_desktop_config.json' },
] as const)('on $platform the desktop client keeps it in $path', async ({ platform, path }) => {
  const home = await temporaryDirectory()
  const file = join(home, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '{}')
  const places = { platform, home, project: home, appData: undefined }
  expect(clientFiles('claude-desktop', places)).toEqual([file])
})
