import { ActionFailure } from './adapter.ts'

const ANSWER_MAX_BYTES = 64 * 1024

export type HttpRequest = {
  url: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
  signal: AbortSignal
}

/**
 * One POST, without following redirects; resolves to the text of a 2xx answer, at most 64 KiB of
 * it.
 *
 * @throws ActionFailure: passing for no answer, 408, 425, 429 and 5xx.
 */
export async function postOnce(request: HttpRequest): Promise<string> {
  const { url, headers, body, timeoutMs } = request
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    signal,
    redirect: 'manual',
  }).catch(() => {
    throw new ActionFailure('no answer', true)
  })
  if (response.status >= 200 && response.status < 300) return readSome(response)
  await response.body?.cancel()
  const isPassing = response.status >= 500 || [408, 425, 429].includes(response.status)
  throw new ActionFailure(`answered ${response.status}`, isPassing, retryAfterMs(response))
}

async function readSome(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array)
      sizeBytes += (chunk as Uint8Array).length
      if (sizeBytes > ANSWER_MAX_BYTES) break
    }
  } catch {
    throw new ActionFailure('the answer broke off', true)
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_MAX_BYTES).toString('utf8')
}

function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get('retry-after')
  return text !== null && /^\d{1,5}$/.test(text) ? Number(text) * 1000 : undefined
}
