import { spawn, type ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { Fault } from '#domain/fault.ts'
import type { EvidenceStore } from '#domain/evidence.ts'
import { readDoors, type Doors } from '../doors.ts'

const STARTS_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 100
const ENDS_WITHIN_MS = 20_000

/** How `tocsin` is started once more, behind the path of Node. */
export function tocsinWith(...args: string[]): string[] {
  return ['--disable-warning=ExperimentalWarning', process.argv[1] ?? '', ...args]
}

/** The environment of the demo's processes: no setting of the operator's, the demo's own. */
export function demoEnvironment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TOCSIN_'))
  return { ...Object.fromEntries(own), ...settings }
}

/** A pipeline in a process of its own: `tocsin start`. */
export class LivePipeline {
  readonly #child: ChildProcess
  readonly #directory: string

  constructor(directory: string, settings: Record<string, string>) {
    const ports = { TOCSIN_HTTP_PORT: '0', TOCSIN_SQL_PORT: '0', TOCSIN_LOG_LEVEL: 'warn' }
    const log = openSync(join(directory, '..', 'pipeline.log'), 'a')
    this.#directory = directory
    this.#child = spawn(process.execPath, tocsinWith('start', '--data-dir', directory), {
      env: demoEnvironment({ ...settings, ...ports }),
      stdio: ['ignore', log, log],
    })
  }

  /** Resolves once its doors are open. @throws Fault DEMO_STUCK */
  doors(): Promise<Doors> {
    return eventually('the pipeline', STARTS_WITHIN_MS, () => {
      const doors = readDoors(this.#directory)
      const isOpen = doors?.pid === this.#child.pid && doors?.http !== undefined
      return Promise.resolve(isOpen ? doors : undefined)
    })
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.kill('SIGTERM')
    const late = setTimeout(() => this.#child.kill('SIGKILL'), ENDS_WITHIN_MS)
    await ended
    clearTimeout(late)
  }
}

/** Tells a pipeline of an event, as a host does. @throws Fault LOG_UNAVAILABLE */
export async function tell(doors: Doors, event: Record<string, unknown>): Promise<void> {
  const headers = {
    authorization: `Bearer ${doors.tokens.ingest}`,
    'content-type': 'application/x-ndjson',
  }
  const body = `${JSON.stringify(event)}\n`
  const { status } = await fetch(`${doors.http?.url}/v1/events`, { method: 'POST', headers, body })
  if (status !== 200) throw new Fault('LOG_UNAVAILABLE', `The pipeline answered ${status}`)
}

/** Rows of the evidence once a question about them is answered. @throws Fault DEMO_STUCK */
export async function eventually<T>(
  what: string,
  maxMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const endsAtMs = Date.now() + maxMs
  while (Date.now() < endsAtMs) {
    const found = await ask()
    if (found !== undefined) return found
    await wait(LOOK_EVERY_MS)
  }
  throw new Fault('DEMO_STUCK', `The demo has waited ${maxMs / 1000} s for ${what}`)
}

/** The first column of the first row. */
export async function oneValue(
  evidence: EvidenceStore,
  sql: string,
  parameters: Record<string, string> = {},
): Promise<string | undefined> {
  const [row] = await evidence.query<{ value: string | null }>(sql, parameters)
  return row?.value ?? undefined
}
