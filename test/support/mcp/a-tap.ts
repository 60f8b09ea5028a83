import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../services/cli/main.ts', import.meta.url))
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/tocsin-test', import.meta.url))

type Answer = { result?: unknown; error?: { code: number; message: string; data?: object } }

/** A `tocsin tap` in a process of its own, and the client’s side of it. */
export type RunningTap = {
  child: ChildProcess
  send(message: unknown): void
  /** The answer to an id; rejects when the tap ends before. */
  answer(id: unknown): Promise<Answer>
  stderr(): string
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export const tapArguments = (...args: string[]): string[] => [
  '--disable-warning=ExperimentalWarning',
  MAIN,
  'tap',
  ...args,
]

/** Starts a tap with these arguments, behind `tocsin tap`. */
export function aTap(args: string[], environment: Record<string, string> = {}): RunningTap {
  const child = spawn(process.execPath, tapArguments(...args), {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/tmp',
      NODE_COMPILE_CACHE: COMPILED,
      TOCSIN_HOST_PID: String(process.pid),
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const waiting = new Map<string, (answer: Answer) => void>()
  const answers = new Map<string, Answer>()
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  child.stdin.on('error', () => undefined)
  const ended = new Promise<Awaited<RunningTap['ended']>>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Answer & { id?: unknown; method?: unknown }
    if (message.method !== undefined) return
    answers.set(JSON.stringify(message.id), message)
    waiting.get(JSON.stringify(message.id))?.(message)
  })
  return {
    child,
    ended,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    answer: (id) => {
      const key = JSON.stringify(id)
      const known = answers.get(key)
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve, reject) => {
        waiting.set(key, resolve)
        void ended.then(() =>
          reject(new Error(`the tap ended: ${Buffer.concat(errors).toString()}`)),
        )
      })
    },
    stderr: () => Buffer.concat(errors).toString('utf8'),
  }
}
