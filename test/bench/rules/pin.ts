import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The core that everything measured runs on; undefined where the system cannot tie it to one. */
export type Pin = number | undefined

/** The last core this process may use, if `taskset` is there. */
export function availablePin(): Pin {
  if (spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined
  const allowed = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))
  const last = /(\d+)$/.exec(allowed?.[1] ?? '')
  return last === null ? undefined : Number(last[1])
}

/** A command line that keeps to the core. */
export function pinned(pin: Pin, command: readonly string[]): string[] {
  return pin === undefined ? [...command] : ['taskset', '-c', String(pin), ...command]
}
