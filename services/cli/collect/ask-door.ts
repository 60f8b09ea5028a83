import { Fault } from '#domain/fault.ts'
import { readDoors, type Doors } from '../doors.ts'

const ANSWER_MAX_MS = 30_000

export type DoorAnswer = { status: number; json: unknown }

/**
 * Asks the door of the process that owns a directory; it may come back on another port.
 *
 * @throws Fault LOG_UNAVAILABLE
 */
export async function askDoor(
  directory: string,
  role: keyof Doors['tokens'],
  path: string,
  post?: { headers: Record<string, string>; body: string },
): Promise<DoorAnswer> {
  const doors = readDoors(directory)
  const url = doors?.http?.url
  if (doors === undefined || url === undefined)
    throw new Fault('LOG_UNAVAILABLE', `No pipeline runs on ${directory}`)
  const authorization = `Bearer ${doors.tokens[role]}`
  const signal = AbortSignal.timeout(ANSWER_MAX_MS)
  const sent = post === undefined ? {} : { method: 'POST', body: post.body }
  try {
    const headers = { authorization, ...post?.headers }
    const response = await fetch(url + path, { ...sent, headers, signal })
    return { status: response.status, json: await response.json() }
  } catch (cause) {
    throw new Fault('LOG_UNAVAILABLE', `The pipeline on ${directory} does not answer`, { cause })
  }
}
