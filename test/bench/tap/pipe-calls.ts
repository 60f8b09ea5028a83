import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

import { ROOT } from './processes.ts'

/** A client on a pipe: one call at a time. */
export class PipeCaller {
  readonly child: ChildProcess
  readonly #waiting: (() => void)[] = []
  #id = 0

  constructor([command = '', ...args]: string[]) {
    const env = { ...process.env, TOCSIN_LOG_LEVEL: 'silent' }
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'ignore'] })
    createInterface({ input: child.stdout }).on('line', () => this.#waiting.shift()?.())
    this.child = child
  }

  call(): Promise<void> {
    const params = { name: 'echo', arguments: { text: 'x'.repeat(64) } }
    const call = { jsonrpc: '2.0', id: ++this.#id, method: 'tools/call', params }
    this.child.stdin?.write(`${JSON.stringify(call)}\n`)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
