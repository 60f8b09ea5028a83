import type { Format } from '../format.ts'
import { ANTHROPIC_EXCHANGE } from './anthropic-exchange.ts'
import { LITELLM_PAYLOAD } from './litellm-payload.ts'
import { OPENAI_EXCHANGE } from './openai-exchange.ts'
import { OTLP_GENAI_LOGS } from './otlp-genai-logs.ts'
import { OTLP_GENAI_SPANS, OTLP_TRACES } from './otlp-genai-spans.ts'

/** The formats of logs that tell what a model answered; traces may tell of databases beside. */
export const MODEL_FORMATS: readonly Format[] = [
  OTLP_GENAI_SPANS,
  OTLP_GENAI_LOGS,
  OTLP_TRACES,
  OPENAI_EXCHANGE,
  ANTHROPIC_EXCHANGE,
  LITELLM_PAYLOAD,
]
