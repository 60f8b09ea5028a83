import { isObject, type JsonObject } from '#domain/json-form.ts'
import { MINUTE_US } from '#domain/time.ts'
import type { Format, Reading } from '../format.ts'
import { countOf, refused, textOf } from '../log-fields.ts'
import { exchangeOf, systemOf, type Exchange } from './exchange.ts'
import { answerOf, type Answer } from './messages.ts'
import { modelEvent, type Completion } from './model-event.ts'

/** Logs of OpenAI's chat completions and responses, and of what speaks like them. */
export const OPENAI_EXCHANGE: Format = {
  name: 'openai-exchange',
  title: 'OpenAI-style requests and responses as JSON: chat completions, responses',
  framing: 'line',
  latenessUs: 5 * MINUTE_US,
  open: () => ({ read: readExchange, memory: () => '' }),
}

/** What an OpenAI-style response says; undefined where it is none. */
export function openaiAnswer(response: JsonObject): Partial<Completion> | undefined {
  const { choices, output, error } = response
  if (Array.isArray(choices)) return chatAnswer(response, choices)
  if (Array.isArray(output)) return responsesAnswer(response, output)
  return isObject(error) ? {} : undefined
}

const CHOICES_MAX_COUNT = 128
const CHUNK = 'chat.completion.chunk'

function readExchange(record: Buffer): Reading {
  const exchange = exchangeOf(record)
  if (!exchange.ok) return exchange
  if (exchange.response['object'] === CHUNK) return { ok: 'skipped', why: 'TOLD_ELSEWHERE' }
  const { object } = exchange.response
  if (object === 'list' || object === 'embedding') return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const answer = openaiAnswer(exchange.response) ?? failed(exchange)
  if (answer === undefined) return refused('MISSING_FIELD', 'choices')
  const { common, request, log } = exchange
  common.provider = textOf(log['provider']) ?? 'openai'
  common.system = systemOf(request) ?? systemOf(exchange.response)
  return { ok: true, events: [modelEvent(Object.assign(common, answer))] }
}

/** A failure of which the log holds the status alone. */
function failed({ common }: Exchange): Partial<Completion> | undefined {
  return common.error === null ? undefined : {}
}

function chatAnswer(response: JsonObject, choices: readonly unknown[]): Partial<Completion> {
  const messages = choices.slice(0, CHOICES_MAX_COUNT).filter(isObject).map(choiceMessage)
  return {
    ...answered(answerOf(messages)),
    ...usage(response, 'prompt_tokens', 'completion_tokens'),
  }
}

/** Of the older text completions, a choice holds the text itself. */
function choiceMessage({ message, text, finish_reason }: JsonObject): JsonObject {
  const said = isObject(message) ? message : { content: text }
  return { ...said, finish_reason }
}

/** Items of output: messages, and calls beside them. */
function responsesAnswer(response: JsonObject, output: readonly unknown[]): Partial<Completion> {
  const items = output.slice(0, CHOICES_MAX_COUNT).filter(isObject)
  const messages = items.map((item) =>
    CALLS.has(item['type'])
      ? { tool_calls: [{ ...item, id: item['call_id'] ?? item['id'] }] }
      : item,
  )
  const told = answerOf(messages.filter((item) => item['type'] !== 'reasoning'))
  const details = response['incomplete_details']
  const reason = isObject(details) ? textOf(details['reason']) : null
  return {
    ...answered(told),
    finishReason: reason ?? textOf(response['status']),
    ...usage(response, 'input_tokens', 'output_tokens'),
  }
}

const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'mcp_call', 'custom_tool_call'])

function answered({ text, toolCalls, finishReason, isRefusal }: Answer): Partial<Completion> {
  return { output: text, toolCalls, finishReason, isRefusal }
}

function usage(response: JsonObject, input: string, output: string): Partial<Completion> {
  const counts = isObject(response['usage']) ? response['usage'] : {}
  return { inputTokens: countOf(counts[input]), outputTokens: countOf(counts[output]) }
}
