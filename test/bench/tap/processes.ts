import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const BARE_PROXY = 'test/bench/tap/bare-proxy.ts'
const FIXTURE = 'test/conformance/fixture/main.ts'
/** As `npm run tocsin` starts it. */
export const TAP = [
  '--max-semi-space-size=8',
  '--disable-warning=ExperimentalWarning',
  'services/cli/main.ts',
  'tap',
]
const STARTS_WITHIN_MS = 20_000
const KIB = 1024

/** A server, a proxy that only passes on and the tap before it, each in a process of its own. */
export type TappedServer = {
  direct: URL
  bare: URL
  tapped: URL
  tap: ChildProcess
  stop: () => Promise<void>
}

export async function aTappedServer(directory: string): Promise<TappedServer> {
  const [port, tapPort, barePort] = [await freePort(), await freePort(), await freePort()]
  const env = { ...process.env, PORT: String(port), TOCSIN_LOG_LEVEL: 'silent' }
  const options = { cwd: ROOT, env, stdio: 'ignore' } as const
  const server = spawn(process.execPath, [FIXTURE], options)
  const place = ['--data-dir', directory, '--listen', String(tapPort)]
  const upstream = ['--upstream', `http://127.0.0.1:${port}`]
  const tap = spawn(process.execPath, [...TAP, ...place, ...upstream], options)
  const proxy = spawn(process.execPath, [BARE_PROXY, String(barePort), String(port)], options)
  const [direct, bare, tapped] = [urlOf(port), urlOf(barePort), urlOf(tapPort)]
  for (const url of [direct, bare, tapped]) await answers(url)
  return { direct, bare, tapped, tap, stop: () => stopAll([tap, proxy, server]) }
}

const urlOf = (port: number): URL => new URL(`http://127.0.0.1:${port}/mcp`)

/** Ends processes, and waits until they have. */
export async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) {
    const ended = new Promise((resolve) => child.once('close', resolve))
    if (child.exitCode !== null) continue
    child.kill('SIGTERM')
    await ended
  }
}

/** Memory a process holds, and the most it has held since `forgetPeak`, in bytes. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) * KIB
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

async function answers(url: URL): Promise<void> {
  const endsAtMs = Date.now() + STARTS_WITHIN_MS
  while (Date.now() < endsAtMs) {
    const answer = await fetch(url, { method: 'POST', body: '{}' }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer !== undefined) return
    await wait(100)
  }
  throw new Error(`nobody answers at ${url.href}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
