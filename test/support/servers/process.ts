import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const STOP_MAX_MS = 10_000

/** Ports nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  for (const server of servers) server.close()
  return ports
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
  return child
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
