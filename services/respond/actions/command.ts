import { spawn } from 'node:child_process'

import { canonicalJson } from '#domain/json-form.ts'
import type { Action } from '#domain/records/index.ts'
import { ActionFailure, type Adapter } from './adapter.ts'
import type { Destinations } from './destinations.ts'

const OUTPUT_MAX_BYTES = 64 * 1024
const KILL_AFTER_MS = 2_000

/**
 * Runs a configured program with its configured arguments: never through a shell, and with nothing
 * of the action among them. The action is on its standard input, as JSON; exit code 0 is success.
 */
export function commandAdapter(commands: Destinations['commands']): Adapter {
  const commandOf = (action: Action): Destinations['commands'][string] => {
    const command = commands[action.parameters['target'] ?? '']
    if (command === undefined) throw new ActionFailure('no such command is configured', false)
    return command
  }
  const start = (action: Action, operation: 'apply' | 'undo', signal: AbortSignal) => {
    const command = commandOf(action)
    const args = operation === 'apply' ? command.args : command.undo_args
    if (args === undefined) throw new ActionFailure('no way back is configured', false)
    return run(command.program, args, action, command.timeout_s * 1000, signal)
  }
  return {
    plan: (action) => [commandOf(action).program, ...commandOf(action).args].join(' '),
    apply: async (action, signal) => start(action, 'apply', signal),
    prove: () => Promise.resolve({ phase: 'proven', detail: 'it ended with exit code 0' }),
    undo: async (action, signal) => start(action, 'undo', signal),
  }
}

function run(
  program: string,
  args: readonly string[],
  action: Action,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const environment = { PATH: process.env['PATH'], TOCSIN_ACTION_ID: action.action_id }
    const child = spawn(program, args, { shell: false, env: environment, stdio: 'pipe' })
    let sizeBytes = 0
    let failure: string | undefined
    const stop = (reason: string): void => {
      failure ??= reason
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref()
    }
    const timer = setTimeout(() => stop('took too long'), timeoutMs)
    const onAbort = (): void => stop('stopped')
    signal.addEventListener('abort', onAbort, { once: true })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > OUTPUT_MAX_BYTES) stop(`printed more than ${OUTPUT_MAX_BYTES} bytes`)
      })
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${canonicalJson(action)}\n`)
    child.once('error', () => reject(new ActionFailure('could not be started', false)))
    child.once('close', (code) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      if (failure !== undefined) reject(new ActionFailure(failure, false))
      else if (code === 0) resolve('exit code 0')
      else reject(new ActionFailure(`ended with exit code ${code}`, false))
    })
  })
}
