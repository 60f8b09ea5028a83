import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { pinned, type Pin } from './pin.ts'
import type { Answer, Assignment, Command } from './protocol.ts'

/** Our engine in a process of its own, waiting for the next command. */
export type MeasuredProcess = {
  /** @throws Error where the process ends instead of answering. */
  ask: (command: Command) => Promise<Answer>
  stop: () => Promise<void>
}

const PROGRAM = fileURLToPath(new URL('measured.ts', import.meta.url))

export function startMeasured(assignment: Assignment, pin: Pin): MeasuredProcess {
  const words = [process.execPath, '--expose-gc', PROGRAM, JSON.stringify(assignment)]
  const [program = '', ...rest] = pinned(pin, words)
  const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    ask: (command) => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      const onExit = (): void => reject(new Error(`the engine ended instead of: ${command.kind}`))
      child.once('exit', onExit)
      child.once('message', (answer) => {
        child.off('exit', onExit)
        resolve(answer as Answer)
      })
      child.send(command)
      return promise
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
