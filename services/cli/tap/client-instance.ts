import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Set by the launcher, which stands between the host's process and this one. */
const HOST_PID = 'TOCSIN_HOST_PID'
const START_TIME_FIELD = 19

/**
 * What tells the process that started this tap from others: the taps one host starts share it, and
 * so their sessions.
 */
export function clientInstance(environment: Readonly<Record<string, string | undefined>>): string {
  const pid = Number(environment[HOST_PID] ?? process.ppid)
  return `${hostname()}/${pid}/${startedAt(pid)}`
}

/** When a process started, as the system counts; empty where it does not tell. */
function startedAt(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything, blanks too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[START_TIME_FIELD] ?? ''
  } catch {
    return ''
  }
}
