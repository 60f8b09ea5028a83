import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// `npm run conformance`: both suites against two servers, direct and through the tap. A scenario's
// result must be the same both ways; the report says so, scenario by scenario.
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const REPORT = join(ROOT, 'test/conformance/report.md')
const STARTS_WITHIN_MS = 20_000
const SUITE_MAX_MS = 300_000
const RUNS_MAX_COUNT = 3

const SUITES = [
  { name: '0.1.16', path: 'node_modules/conformance-legacy/dist/index.js', flags: [] },
  { name: '0.2.0-alpha.12', path: 'node_modules/conformance-modern/dist/index.js', flags: [] },
  {
    name: '0.2.0-alpha.12, 2026-07-28',
    path: 'node_modules/conformance-modern/dist/index.js',
    flags: ['--requirements', '2026-07-28'],
  },
]
const SERVERS = [
  { name: 'our fixture', args: ['test/conformance/fixture/main.ts'] },
  {
    name: 'server-everything 2026.8.31',
    args: ['node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'streamableHttp'],
  },
]

type Checks = Map<string, string>
/** `unsteady`: scenarios that differed in an earlier run and not in the last. */
type Row = {
  server: string
  suite: string
  direct: Checks
  tapped: Checks
  unsteady: string[]
}

const children: ChildProcess[] = []
const directory = mkdtempSync(join(tmpdir(), 'tocsin-conformance-'))
try {
  const rows: Row[] = []
  for (const server of SERVERS) {
    const port = await start(server.args, (free) => ({ PORT: String(free) }))
    const tapPort = await start(
      tapArguments(`http://127.0.0.1:${port}`),
      () => ({}),
      (free) => ['--listen', `127.0.0.1:${free}`],
    )
    for (const suite of SUITES) {
      rows.push(await compare(server.name, suite, port, tapPort))
      process.stdout.write(`${lineOf(rows.at(-1))}\n`)
    }
  }
  writeFileSync(REPORT, reportOf(rows))
  if (rows.some((row) => differences(row).length > 0 || row.direct.size === 0)) process.exitCode = 1
} finally {
  for (const child of children) child.kill('SIGTERM')
  rmSync(directory, { recursive: true, force: true })
}

function tapArguments(upstream: string): string[] {
  const main = ['--disable-warning=ExperimentalWarning', 'services/cli/main.ts']
  return [...main, 'tap', '--data-dir', directory, '--upstream', upstream]
}

/** Starts a server and resolves to its port once that answers: a dead server passes checks too. */
async function start(
  args: readonly string[],
  environment: (port: number) => Record<string, string>,
  more: (port: number) => string[] = () => [],
): Promise<number> {
  const port = await freePort()
  const env = { ...process.env, ...environment(port), TOCSIN_LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, [...args, ...more(port)], {
    cwd: ROOT,
    env,
    stdio: 'ignore',
  })
  children.push(child)
  const endsAtMs = Date.now() + STARTS_WITHIN_MS
  while (Date.now() < endsAtMs && child.exitCode === null) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const answer = await fetch(`http://127.0.0.1:${port}/mcp`, init).catch(() => undefined)
    if (answer !== undefined && answer.status !== 502) return port
    await wait(100)
  }
  throw new Error(`${args.join(' ')} does not answer on ${port}`)
}

/** Both ways, again where they differ: what differs every time differs because of the tap. */
async function compare(
  server: string,
  suite: (typeof SUITES)[number],
  port: number,
  tapPort: number,
): Promise<Row> {
  const unsteady = new Set<string>()
  for (let left = RUNS_MAX_COUNT; ; left--) {
    const direct = await run(suite, port)
    const tapped = await run(suite, tapPort)
    const row = { server, suite: suite.name, direct, tapped, unsteady: [...unsteady] }
    const found = differences(row)
    if (found.length === 0 || left === 1) return row
    for (const name of found) unsteady.add(name)
  }
}

/** One suite against one port: what each scenario came to. */
async function run(suite: (typeof SUITES)[number], port: number): Promise<Checks> {
  const url = `http://localhost:${port}/mcp`
  const output = join(directory, 'output')
  const args = [suite.path, 'server', '--url', url, ...suite.flags, '-o', output]
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const timer = setTimeout(() => child.kill('SIGKILL'), SUITE_MAX_MS)
  await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  rmSync(output, { recursive: true, force: true })
  return scenariosIn(Buffer.concat(chunks).toString('utf8'))
}

/** The lines of a suite's summary: `✓ name: 2 passed, 0 failed`. */
function scenariosIn(text: string): Checks {
  const found: Checks = new Map()
  for (const line of text.split('\n')) {
    const [, mark, name, counts] = /^\s*([✓✗]) ([\w.-]+): (.+)$/u.exec(line) ?? []
    if (name !== undefined) found.set(name, `${mark} ${counts}`)
  }
  return found
}

function differences({ direct, tapped }: Pick<Row, 'direct' | 'tapped'>): string[] {
  const names = new Set([...direct.keys(), ...tapped.keys()])
  return [...names].filter((name) => direct.get(name) !== tapped.get(name))
}

function lineOf(row: Row | undefined): string {
  if (row === undefined) return ''
  const passed = (checks: Checks): string =>
    `${[...checks.values()].filter((one) => one.startsWith('✓')).length}/${checks.size}`
  const found = differences(row)
  const { server, suite, direct, tapped, unsteady } = row
  const again = unsteady.length === 0 ? '' : `, once not: ${unsteady.join(', ')}`
  const same = found.length === 0 ? `same${again}` : `differs: ${found.join(', ')}`
  return `| ${server} | ${suite} | ${passed(direct)} | ${passed(tapped)} | ${same} |`
}

function reportOf(rows: readonly Row[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT })
    .toString()
    .trim()
  const head = [
    '# Conformance through the tap',
    '',
    `\`npm run conformance\` at ${commit}: scenarios that pass, direct and through a tap with`,
    '`--upstream`. "Same": each scenario has the same mark and the same count of checks both',
    `ways. Where they differed the suite ran again, at most ${RUNS_MAX_COUNT} times;`,
    '"once not" says what.',
    '',
    '| server | suite | direct | through the tap | |',
    '| --- | --- | --- | --- | --- |',
  ]
  const failing = rows.map(({ server, suite, direct }) => {
    const failed = [...direct].filter(([, result]) => !result.startsWith('✓'))
    const names = failed.map(([name]) => name)
    return `- ${server}, ${suite}: ${names.join(', ') || 'none'}`
  })
  const tail = ['', 'Failing direct, and so through the tap:', '', ...failing, '']
  return [...head, ...rows.map(lineOf), ...tail].join('\n')
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
