import { idOf } from '#domain/ids.ts'
import { boundedJson } from '#domain/json-form.ts'
import type { LogEvent } from '../format.ts'
import { extraOf, textOf } from '../log-fields.ts'

type ModelLogEvent = Extract<LogEvent, { topic: 'events.model.v1' }>

/** One answer of a model, as far as a log of any vocabulary tells it. */
export type Completion = {
  occurredAtUs: number
  provider: string | null
  model: string | null
  /** What it said; undefined where the log holds no content. */
  output: string | undefined
  /** What it asked to call; undefined where the log would not say. */
  toolCalls: readonly ProposedCall[] | undefined
  /** Its system prompt, which is kept as a hash only. */
  system: string | undefined
  inputTokens: number | null
  outputTokens: number | null
  finishReason: string | null
  durationMs: number | null
  /** The error's kind in the log's own word; null where it answered. */
  error: string | null
  isRefusal: boolean
  agentId: string | null
  agentVersion: string | null
  userId: string | null
  /** A hash of the credential, and where the request came from. */
  tokenId: string | null
  clientAddress: string | null
  traceId: string | null
  spanId: string | null
  conversationId: string | null
  recordId: string | null
  applicationName: string | null
  extra: Readonly<Record<string, unknown>>
}

export type ProposedCall = { id: string | null; name: string; arguments: unknown }

/** A completion of which nothing but its time is known. */
export function blankCompletion(occurredAtUs: number): Completion {
  return {
    occurredAtUs,
    provider: null,
    model: null,
    output: undefined,
    toolCalls: undefined,
    system: undefined,
    inputTokens: null,
    outputTokens: null,
    finishReason: null,
    durationMs: null,
    error: null,
    isRefusal: false,
    agentId: null,
    agentVersion: null,
    userId: null,
    tokenId: null,
    clientAddress: null,
    traceId: null,
    spanId: null,
    conversationId: null,
    recordId: null,
    applicationName: null,
    extra: {},
  }
}

/**
 * The event of a completion. `extra.content` says what the log held: `present`, or `absent` where
 * only its features are known. Texts are kept to 256 KiB and calls to 64.
 */
export function modelEvent(completion: Completion): LogEvent {
  const { output, toolCalls, system, error, extra } = completion
  const isAbsent = output === undefined && toolCalls === undefined
  const text = output === undefined ? null : output.slice(0, OUTPUT_MAX_LENGTH)
  const told = extraOf(extra)
  told['content'] = isAbsent ? '"absent"' : '"present"'
  if (error !== null) told['error'] = JSON.stringify(error.slice(0, NAME_MAX_LENGTH))
  const facts: ModelLogEvent['facts'] = {
    occurred_at: completion.occurredAtUs,
    action: actionOf(completion),
    provider: textOf(completion.provider, NAME_MAX_LENGTH),
    model: textOf(completion.model, NAME_MAX_LENGTH),
    output_text: text === null ? null : text.toWellFormed(),
    output_truncated: output === undefined ? null : output.length > OUTPUT_MAX_LENGTH,
    proposed_tool_calls: callsText(toolCalls),
    input_tokens: completion.inputTokens,
    output_tokens: completion.outputTokens,
    finish_reason: textOf(completion.finishReason, NAME_MAX_LENGTH),
    duration_ms: completion.durationMs,
    system_prompt_hash: system === undefined ? null : idOf('system-prompt', system),
    agent_id: textOf(completion.agentId, NAME_MAX_LENGTH),
    agent_version: textOf(completion.agentVersion, NAME_MAX_LENGTH),
    user_id: textOf(completion.userId, NAME_MAX_LENGTH),
    token_id: textOf(completion.tokenId, NAME_MAX_LENGTH),
    client_address: textOf(completion.clientAddress, NAME_MAX_LENGTH),
    trace_id: completion.traceId,
    span_id: completion.spanId,
    extra: told,
  }
  return { topic: 'events.model.v1', layer: 'model', facts, hints: hintsOf(completion) }
}

const OUTPUT_MAX_LENGTH = 262_144
const NAME_MAX_LENGTH = 256
const CALLS_MAX_COUNT = 64
const ARGUMENTS_MAX_LENGTH = 65_536
/** Words for "I will not", of the providers that have one. */
const REFUSALS = new Set(['content_filter', 'refusal', 'safety', 'SAFETY', 'guardrail_intervened'])

function actionOf({
  error,
  isRefusal,
  finishReason,
}: Completion): 'completion' | 'refusal' | 'error' {
  if (error !== null) return 'error'
  return isRefusal || REFUSALS.has(finishReason ?? '') ? 'refusal' : 'completion'
}

/** The calls as JSON text: `id`, `name`, and `arguments` as a value; null where there are none. */
function callsText(calls: readonly ProposedCall[] | undefined): string | null {
  if (calls === undefined || calls.length === 0) return null
  const kept = calls.slice(0, CALLS_MAX_COUNT).map(({ id, name, arguments: given }) => ({
    ...(id === null ? {} : { id }),
    name,
    arguments: argumentsOf(given),
  }))
  return boundedJson(kept) ?? null
}

/** Providers send arguments as JSON text; what is no JSON is kept as the text it is. */
function argumentsOf(given: unknown): unknown {
  if (typeof given !== 'string') {
    const text = boundedJson(given)
    return text !== undefined && text.length <= ARGUMENTS_MAX_LENGTH ? given : null
  }
  if (given.length > ARGUMENTS_MAX_LENGTH) return given.slice(0, ARGUMENTS_MAX_LENGTH)
  try {
    return JSON.parse(given) as unknown
  } catch {
    return given
  }
}

function hintsOf(completion: Completion): NonNullable<LogEvent['hints']> {
  const { conversationId, recordId, applicationName } = completion
  const hints: NonNullable<LogEvent['hints']> = {}
  if (conversationId !== null) hints.conversationId = conversationId.slice(0, NAME_MAX_LENGTH)
  if (recordId !== null) hints.recordId = recordId
  if (applicationName !== null) hints.applicationName = applicationName
  return hints
}
