import { Agent, request } from 'node:http'

import { Fault } from '#domain/fault.ts'
import { WATERMARK_HEADER } from '#domain/headers.ts'
import { keyOf } from '#domain/lane.ts'
import type { Courier, Parcel } from './delivery.ts'

/** A pipeline's HTTP door, with the tokens that open it for events and for restrictions. */
export type TapDoor = { url: string; ingestToken: string; tapToken: string }

const ANSWER_MAX_MS = 10_000

/**
 * Brings events to the door of a running pipeline. `door` is asked anew each time: the pipeline may
 * have come back on another port.
 */
export function openDoorCourier(
  door: () => TapDoor | undefined,
  tenantId: string,
  onRefused: (count: number) => void,
): Courier {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    bring: async (parcel, signal) => {
      const open = door()
      if (open === undefined) throw new Fault('LOG_UNAVAILABLE', 'No pipeline is running')
      const refusedCount = await post(agent, open, tenantId, parcel, signal)
      if (refusedCount > 0) onRefused(refusedCount)
    },
    close: () => {
      agent.destroy()
      return Promise.resolve()
    },
  }
}

/** Resolves to how many lines the door could not use. */
async function post(
  agent: Agent,
  { url, ingestToken }: TapDoor,
  tenantId: string,
  { lines, collectorId, isLast }: Parcel,
  signal: AbortSignal,
): Promise<number> {
  const { status, text } = await exchange(
    `${url}/v1/events`,
    lines,
    { agent, signal },
    {
      authorization: `Bearer ${ingestToken}`,
      'content-type': 'application/x-ndjson',
      'content-length': String(lines.length),
      'tocsin-collector': keyOf(tenantId, collectorId),
      ...(isLast ? { [WATERMARK_HEADER]: 'inf' } : {}),
    },
  )
  const isAnswer = status === 200 || status === 400
  const refused = isAnswer ? refusedIn(text) : undefined
  if (refused !== undefined) return refused
  throw new Fault('LOG_UNAVAILABLE', `The pipeline answered ${status} to events`)
}

/** Undefined where the answer is not one about lines. */
function refusedIn(text: string): number | undefined {
  try {
    const count = (JSON.parse(text) as { rejected_count?: unknown }).rejected_count
    return typeof count === 'number' ? count : undefined
  } catch {
    return undefined
  }
}

function exchange(
  url: string,
  body: Buffer,
  way: { agent: Agent; signal: AbortSignal },
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new Fault('LOG_UNAVAILABLE', 'The pipeline cannot be reached', { cause }))
    const signal = AbortSignal.any([way.signal, AbortSignal.timeout(ANSWER_MAX_MS)])
    const options = { method: 'POST', agent: way.agent, headers, signal }
    const asked = request(url, options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', fail)
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: answer.statusCode ?? 0, text })
      })
    })
    asked.on('error', fail)
    asked.end(body)
  })
}
