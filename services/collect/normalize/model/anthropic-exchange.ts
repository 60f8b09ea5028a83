import { isObject, type JsonObject } from '#domain/json-form.ts'
import { MINUTE_US } from '#domain/time.ts'
import type { Format, Reading } from '../format.ts'
import { countOf, refused, textOf } from '../log-fields.ts'
import { exchangeOf, systemOf } from './exchange.ts'
import { answerOf } from './messages.ts'
import { modelEvent, type Completion } from './model-event.ts'

/** Logs of Anthropic's messages, which hold no time of their own: the log must. */
export const ANTHROPIC_EXCHANGE: Format = {
  name: 'anthropic-exchange',
  title: 'Anthropic-style requests and responses as JSON, with a timestamp beside them',
  framing: 'line',
  latenessUs: 5 * MINUTE_US,
  open: () => ({ read: readExchange, memory: () => '' }),
}

/** What a response of Anthropic's form says; undefined where it is none. */
export function anthropicAnswer(response: JsonObject): Partial<Completion> | undefined {
  const { type, content, stop_reason, usage, error } = response
  if (type === 'error' || isObject(error)) return {}
  if (type !== 'message' || !Array.isArray(content)) return undefined
  const counts = isObject(usage) ? usage : {}
  const { text, toolCalls } = answerOf([{ content }])
  return {
    output: text,
    toolCalls,
    finishReason: textOf(stop_reason),
    inputTokens: inputTokens(counts),
    outputTokens: countOf(counts['output_tokens']),
  }
}

function readExchange(record: Buffer): Reading {
  const exchange = exchangeOf(record)
  if (!exchange.ok) return exchange
  const { common, request, response, log } = exchange
  const answer = anthropicAnswer(response) ?? (common.error === null ? undefined : {})
  if (answer === undefined) return refused('MISSING_FIELD', 'content')
  common.provider = textOf(log['provider']) ?? 'anthropic'
  common.system = systemOf(request)
  return { ok: true, events: [modelEvent(Object.assign(common, answer))] }
}

/** What was read from a cache, or written to one, is counted beside the rest. */
function inputTokens(counts: JsonObject): number | null {
  const plain = countOf(counts['input_tokens'])
  if (plain === null) return null
  const cached = countOf(counts['cache_read_input_tokens']) ?? 0
  const total = plain + cached + (countOf(counts['cache_creation_input_tokens']) ?? 0)
  return Number.isSafeInteger(total) ? total : null
}
