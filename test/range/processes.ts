import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import { endsWithUs, stopProcess } from '../support/servers/process.ts'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const COMPILED = fileURLToPath(new URL('../../node_modules/.cache/tocsin-test', import.meta.url))
const SAYS_WITHIN_MS = 120_000

/** How `tocsin` is started, behind the path of Node. */
export const TOCSIN = ['--disable-warning=ExperimentalWarning', `${ROOT}services/cli/main.ts`]
/** Where a published server's program lies. */
export const PUBLISHED = {
  filesystem: `${ROOT}node_modules/@modelcontextprotocol/server-filesystem/dist/index.js`,
  everything: `${ROOT}node_modules/@modelcontextprotocol/server-everything/dist/index.js`,
  postgres: `${ROOT}node_modules/@modelcontextprotocol/server-postgres/dist/index.js`,
}

/** A process of the range, and how to end it. */
export type Started = { child: ChildProcess; said: RegExpExecArray; stop: () => Promise<void> }

/** Settings that every process of the range gets, beside its own. */
export const environmentWith = (own: Record<string, string>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: '/tmp',
  NODE_COMPILE_CACHE: COMPILED,
  ...own,
})

/** Starts a Node program, as `startProgram` does. */
export function startNode(
  args: readonly string[],
  environment: Record<string, string>,
  waitsFor: RegExp,
  logFile: string,
): Promise<Started> {
  return startProgram([process.execPath, ...args], environment, waitsFor, logFile)
}

/**
 * Starts a program; resolves once it has said on standard output what is waited for. What it says
 * on standard error goes to `logFile`.
 */
export async function startProgram(
  [program = '', ...args]: readonly string[],
  environment: Record<string, string>,
  waitsFor: RegExp,
  logFile: string,
): Promise<Started> {
  const log = openSync(logFile, 'a')
  const child = spawn(program, args, {
    cwd: ROOT,
    env: environmentWith(environment),
    stdio: ['ignore', 'pipe', log],
  })
  closeSync(log)
  endsWithUs(child)
  const stop = (): Promise<void> => stopProcess(child, 'SIGTERM')
  const said = new Promise<RegExpExecArray>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error(`${args.join(' ')} said nothing in time; see ${logFile}`))
    }, SAYS_WITHIN_MS)
    createInterface({ input: child.stdout as Readable }).on('line', (line) => {
      const found = waitsFor.exec(line)
      if (found === null) return
      clearTimeout(late)
      resolve(found)
    })
    child.once('close', (code) => {
      clearTimeout(late)
      reject(new Error(`${args.join(' ')} ended with ${code}; see ${logFile}`))
    })
  })
  try {
    return { child, said: await said, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
