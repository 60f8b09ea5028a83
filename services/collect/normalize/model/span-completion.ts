import { countAttribute, textAttribute, type Attributes } from '../otlp/attributes.ts'
import type { Span } from '../otlp/spans.ts'
import { blankCompletion, type Completion } from './model-event.ts'
import { spanContent } from './span-content.ts'

/** What says whose model it is. */
export const PROVIDERS = ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system']
const MODELS = ['gen_ai.response.model', 'llm.response.model', 'llm.response.model_name']
const ASKED_MODELS = ['gen_ai.request.model', 'llm.request.model', 'llm.model_name']
const INPUT_TOKENS = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'llm.token_count.prompt',
  'llm.usage.prompt_tokens',
]
/** What says how much it answered. */
export const OUTPUT_TOKENS = [
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'llm.token_count.completion',
  'llm.usage.completion_tokens',
]
const CONVERSATIONS = [
  'gen_ai.conversation.id',
  'session.id',
  'traceloop.association.properties.conversation_id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.chat_id',
]
const USERS = ['user.id', 'enduser.id', 'traceloop.association.properties.user_id']
const FINISH_REASONS = ['llm.finish_reason', 'llm.response.finish_reason', 'gen_ai.finish_reason']

/** Reads the attributes of a span, by the names of any of the vocabularies. */
export function spanCompletion(span: Span): Completion {
  const { attributes, resource, endUs, startUs, traceId, spanId, statusMessage } = span
  const content = spanContent(span)
  return {
    ...blankCompletion(endUs),
    provider: textAttribute(attributes, ...PROVIDERS),
    model: textAttribute(attributes, ...MODELS, ...ASKED_MODELS),
    output: content.answer?.text,
    toolCalls: content.answer?.toolCalls,
    system: content.system,
    inputTokens: countAttribute(attributes, ...INPUT_TOKENS),
    outputTokens: countAttribute(attributes, ...OUTPUT_TOKENS),
    finishReason: finishReason(attributes) ?? content.answer?.finishReason ?? null,
    durationMs: (endUs - startUs) / 1000,
    error: errorOf(span),
    isRefusal: content.answer?.isRefusal ?? false,
    agentId: textAttribute(attributes, 'gen_ai.agent.id', 'gen_ai.agent.name'),
    agentVersion: textAttribute(attributes, 'gen_ai.agent.version'),
    userId: textAttribute(attributes, ...USERS),
    traceId,
    spanId,
    conversationId: textAttribute(attributes, ...CONVERSATIONS),
    recordId: `${traceId}-${spanId}`,
    applicationName: textAttribute(resource, 'service.name'),
    extra: {
      logged_by: span.scope,
      response_id: textAttribute(attributes, 'gen_ai.response.id', 'llm.response.id'),
      service_name: textAttribute(resource, 'service.name'),
      error_message: statusMessage,
      server_address: textAttribute(attributes, 'server.address'),
    },
  }
}

function finishReason(attributes: Attributes): string | null {
  const reasons = attributes.get('gen_ai.response.finish_reasons')
  const first: unknown = Array.isArray(reasons) ? reasons[0] : reasons
  return typeof first === 'string' ? first : textAttribute(attributes, ...FINISH_REASONS)
}

function errorOf({ attributes, statusCode }: Span): string | null {
  const type = textAttribute(attributes, 'error.type')
  return type ?? (statusCode === 2 ? 'error' : null)
}
