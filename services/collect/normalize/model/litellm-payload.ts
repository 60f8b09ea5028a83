import { isObject, type JsonObject } from '#domain/json-form.ts'
import { MINUTE_US } from '#domain/time.ts'
import type { Format, Reading } from '../format.ts'
import { countOf, jsonRecord, refused, textOf } from '../log-fields.ts'
import { anthropicAnswer } from './anthropic-exchange.ts'
import { momentOf, objectOf } from './exchange.ts'
import { messageList, systemText } from './messages.ts'
import { blankCompletion, modelEvent, type Completion } from './model-event.ts'
import { openaiAnswer } from './openai-exchange.ts'

/** LiteLLM's standard logging payload, as its file, S3 and HTTP loggers write it. */
export const LITELLM_PAYLOAD: Format = {
  name: 'litellm-payload',
  title: "LiteLLM's standard logging payload as JSON, one a line",
  framing: 'line',
  latenessUs: 5 * MINUTE_US,
  open: () => ({ read: readPayload, memory: () => '' }),
}

/** Kinds of calls that a model answers in words. */
const ANSWERS = /^a?(?:completion|text_completion|responses|anthropic_messages|generate_content)/
/** In place of what LiteLLM was told not to log. */
const REDACTED = 'redacted-by-litellm'

function readPayload(record: Buffer): Reading {
  const read = jsonRecord(record)
  if (!read.ok) return read
  const { json } = read
  const { call_type, endTime, startTime, id } = json
  if (typeof id !== 'string') return refused('MISSING_FIELD', 'id')
  if (typeof call_type !== 'string') return refused('MISSING_FIELD', 'call_type')
  const endUs = momentOf(endTime)
  if (endUs === undefined) return refused('BAD_TIME', 'endTime')
  if (!ANSWERS.test(call_type)) return { ok: 'skipped', why: 'OTHER_SUBJECT' }
  const startUs = momentOf(startTime)
  const metadata = objectOf(json['metadata']) ?? {}
  const completion: Completion = {
    ...blankCompletion(endUs),
    ...contentOf(json),
    provider: textOf(json['custom_llm_provider']),
    model: textOf(json['model']),
    inputTokens: countOf(json['prompt_tokens']),
    outputTokens: countOf(json['completion_tokens']),
    durationMs: startUs === undefined || startUs > endUs ? null : (endUs - startUs) / 1000,
    error: errorOf(json),
    userId: textOf(json['end_user']) ?? textOf(metadata['user_api_key_user_id']),
    tokenId: textOf(metadata['user_api_key_hash']),
    clientAddress: textOf(json['requester_ip_address'] ?? metadata['requester_ip_address']),
    conversationId: conversationOf(json, metadata),
    recordId: id,
    applicationName: textOf(metadata['user_api_key_alias']),
    extra: {
      logged_by: 'litellm',
      litellm_trace_id: textOf(json['trace_id']),
      model_group: textOf(json['model_group']),
      error_message: textOf(json['error_str'], 1_024),
      cache_hit: json['cache_hit'],
    },
  }
  return { ok: true, events: [modelEvent(completion)] }
}

/** Content, unless it was redacted; then only what is beside it. */
function contentOf(json: JsonObject): Partial<Completion> {
  const response = objectOf(json['response'])
  const answer =
    response === undefined ? undefined : (openaiAnswer(response) ?? anthropicAnswer(response))
  const messages = messageList(json['messages'])
  const system = messages === undefined ? undefined : systemText(messages)
  const told = { ...answer, ...(system === undefined || system === REDACTED ? {} : { system }) }
  if (told.output !== REDACTED) return told
  return { ...told, output: undefined, toolCalls: undefined }
}

function errorOf(json: JsonObject): string | null {
  if (json['status'] !== 'failure') return null
  const information = isObject(json['error_information']) ? json['error_information'] : {}
  return textOf(information['error_class']) ?? textOf(information['error_code']) ?? 'failure'
}

/** LiteLLM's own trace id joins the retries of one request, which is no conversation. */
function conversationOf(json: JsonObject, metadata: JsonObject): string | null {
  const asked = objectOf(metadata['requester_metadata']) ?? {}
  const sources = [json['session_id'], metadata['session_id'], asked['session_id']]
  for (const source of [...sources, asked['conversation_id']]) {
    const id = textOf(source)
    if (id !== null) return id
  }
  return null
}
