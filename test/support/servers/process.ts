import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const STOP_MAX_MS = 10_000
const PORT_MIN = 15_000
const PORT_END = 32_000

/**
 * Ports nobody uses at the moment, below those that a system gives away itself. While a server is
 * down its port would else be given to another, or to a client that knocks on it again and again:
 * that one meets itself, and the server cannot come back.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(PORT_MIN, PORT_END)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** A process that does not outlive ours, unless ours is killed. */
export function endsWithUs(child: ChildProcess): ChildProcess {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** A server process of ours; what it prints goes into `logFile`. */
export function startProcess(
  command: string,
  parameters: string[],
  logFile: string,
  environment: NodeJS.ProcessEnv = {},
  user: { uid?: number; gid?: number } = {},
): ChildProcess {
  const log = openSync(logFile, 'a')
  const env = { ...process.env, ...environment }
  const child = spawn(command, parameters, { stdio: ['ignore', log, log], env, ...user })
  closeSync(log)
  return endsWithUs(child)
}

/** Ends a process by its id: politely where it obeys within 10 s, else at once. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  const abort = new AbortController()
  const late = wait(STOP_MAX_MS, 'late', { signal: abort.signal }).catch(() => 'gone')
  if ((await Promise.race([gone, late])) === 'late') child.kill('SIGKILL')
  abort.abort()
  await gone
}

/** Asks again and again until the answer is true; throws after `maxMs`. */
export async function until(
  isSo: () => Promise<boolean> | boolean,
  maxMs: number,
  what: string,
): Promise<void> {
  const deadlineMs = Date.now() + maxMs
  while (!(await isSo())) {
    if (Date.now() > deadlineMs) throw new Error(`${what} took more than ${maxMs} ms`)
    await wait(20)
  }
}

/** Whether somebody listens on a local port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
