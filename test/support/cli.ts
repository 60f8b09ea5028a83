import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** All that a failing command may say: one line for a person, with its code or a way to help. */
export const ONE_LINE = /^tocsin: (?!This is a bug)[^\n]+( \[[A-Z_]+\]|; see --help)\n$/

const MAIN = fileURLToPath(new URL('../../services/cli/main.ts', import.meta.url))
/** Compiled code, kept from process to process: each starts in half the time. */
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/tocsin-test', import.meta.url))

/** How a command ended. */
export type CommandResult = { code: number | null; stdout: string; stderr: string }

/** A command that runs in a process of its own. */
export type RunningCommand = { child: ChildProcess; result: Promise<CommandResult> }

export type CommandOptions = {
  /** Where standard output goes; undefined: to the result. */
  stdout?: number
  environment?: Record<string, string>
  input?: Buffer | string
  /** Another user to run as, by number. */
  uid?: number
}

/** Starts `tocsin` with these arguments, with no setting but those given. */
export function startTocsin(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/tmp',
    NODE_COMPILE_CACHE: COMPILED,
    ...options.environment,
  }
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: environment,
    stdio: ['pipe', options.stdout ?? 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  })
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk))
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.input ?? '')
  const result = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const stdout = Buffer.concat(chunks.stdout).toString('utf8')
      resolve({ code, stdout, stderr: Buffer.concat(chunks.stderr).toString('utf8') })
    })
  })
  return { child, result }
}

/** Runs `tocsin` to its end. */
export function tocsin(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return startTocsin(args, options).result
}

/** Runs `tocsin` to its end, and throws where that is not exit code 0: a test's preparation. */
export async function prepareTocsin(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await tocsin(args, options)
  if (result.code !== 0) throw new Error(`tocsin ended with ${result.code}: ${result.stderr}`)
  return result
}
