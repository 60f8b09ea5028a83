import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

import { SinkFault, type Answer } from './sink.ts'

const ANSWER_MAX_BYTES = 4 * 1024 * 1024
const RETRY_AFTER_MAX_MS = 3_600_000
const TIMEOUT_MS = 30_000

export type HttpAnswer = { status: number; text: string; retryAfterMs: number | undefined }

type HttpAsk = {
  url: URL
  headers: Record<string, string>
  body: Buffer | string
  signal: AbortSignal
}

/** Posts to one receiver over one kept connection; a private CA may vouch for it. */
export type HttpExchange = { post(ask: HttpAsk): Promise<HttpAnswer>; close: () => void }

/** `ca`: PEM of who vouches for the receiver; undefined: those the system trusts. */
export function openHttpExchange(nowMs: () => number, ca: string | undefined): HttpExchange {
  const options = { keepAlive: true, maxSockets: 1 }
  const plain = new HttpAgent(options)
  const secure = new HttpsAgent({ ...options, ...(ca !== undefined && { ca }) })
  return {
    post: (ask) => post(ask, ask.url.protocol === 'https:' ? secure : plain, nowMs),
    close: () => {
      plain.destroy()
      secure.destroy()
    },
  }
}

/**
 * What a status that is no success means: an answer about the batch, or a fault of the receiver.
 * Undefined for a success.
 *
 * @throws SinkFault
 */
export function refusalOf(answer: HttpAnswer): Answer | undefined {
  const { status, retryAfterMs } = answer
  if (status >= 200 && status < 300) return undefined
  if (status === 413) return { kind: 'refused', reason: 'too_large' }
  if (status === 400 || status === 422) return { kind: 'refused', reason: `answered_${status}` }
  if (status >= 500 || [408, 425, 429].includes(status))
    throw new SinkFault('SINK_UNAVAILABLE', `answered ${status}`, retryAfterMs)
  throw new SinkFault('SINK_REFUSED', `answered ${status}`, retryAfterMs)
}

/** The JSON object of an answer. @throws SinkFault where it is none. */
export function objectOf(answer: HttpAnswer): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(answer.text)
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>
  } catch {
    // Said below: what it holds is the receiver's, and goes nowhere.
  }
  throw new SinkFault('SINK_UNAVAILABLE', `answered ${answer.status}, but with no JSON object`)
}

function post(
  ask: HttpAsk,
  agent: HttpAgent | HttpsAgent,
  nowMs: () => number,
): Promise<HttpAnswer> {
  const { url, headers, body, signal } = ask
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new SinkFault('SINK_UNAVAILABLE', `no answer (${error.code ?? error.name})`))
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method: 'POST', agent, signal: limit, headers: { ...headers, ...length } }
    const sent = send(url, options, (response) => {
      readSome(response).then(
        (text) =>
          resolve({
            status: response.statusCode ?? 0,
            text,
            retryAfterMs: askedDelayMs(response.headers['retry-after'], nowMs()),
          }),
        fail,
      )
    })
    sent.on('error', fail)
    sent.end(body)
  })
}

async function readSome(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes <= ANSWER_MAX_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Seconds or a date, as RFC 9110 has it; at most an hour. */
function askedDelayMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const askedMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  if (Number.isNaN(askedMs)) return undefined
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, askedMs))
}
