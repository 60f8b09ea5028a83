import { Fault, FAULTS, type FaultCode } from '#domain/fault.ts'
import type { Environment } from '#runtime/config.ts'
import { readSettings } from '#runtime/config.ts'
import { readDoors } from './doors.ts'
import { dataDirectory } from './options.ts'
import { isDistributed } from './directory.ts'

const ANSWER_MAX_MS = 60_000

export type DoorAnswer = { status: number; json: unknown }

/** The HTTP door of the process that owns a directory, opened with its admin token. */
export type DoorClient = (
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
) => Promise<DoorAnswer>

/** The door a command must go through; undefined where it opens the log itself. */
export function doorClient(environment: Environment): DoorClient | undefined {
  if (isDistributed(readSettings(environment))) return undefined
  const directory = dataDirectory(environment)
  const doors = readDoors(directory)
  const url = doors?.http?.url
  if (doors === undefined || url === undefined) return undefined
  return async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${doors.tokens.admin}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const signal = AbortSignal.timeout(ANSWER_MAX_MS)
    try {
      const content = body === undefined ? {} : { body: JSON.stringify(body) }
      const response = await fetch(`${url}${path}`, { method, headers, signal, ...content })
      const json: unknown = await response.json()
      return { status: response.status, json }
    } catch (cause) {
      // The note of a process that is gone, whose id was given out again.
      if (isRefused(cause)) return { status: 404, json: null }
      const message = `Process ${doors.pid}, which owns ${directory}, does not answer at ${url}`
      throw new Fault('LOG_UNAVAILABLE', message, { cause })
    }
  }
}

/** What a door says went wrong, as a fault. */
export function faultOf({ status, json }: DoorAnswer): Fault {
  const error = (json as { error?: { code?: unknown; message?: unknown } } | null)?.error
  const code = Object.keys(FAULTS).find((known) => known === error?.code) as FaultCode | undefined
  const message = typeof error?.message === 'string' ? error.message : `it answered ${status}`
  return new Fault(code ?? 'LOG_UNAVAILABLE', `The door of the data directory: ${message}`)
}

function isRefused(error: unknown): boolean {
  const { cause } = error as { cause?: NodeJS.ErrnoException }
  return cause?.code === 'ECONNREFUSED'
}
