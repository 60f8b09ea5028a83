import { openDatabaseReader } from '../data/otlp-database-spans.ts'
import type { Format } from '../format.ts'
import { countAttribute, textAttribute } from '../otlp/attributes.ts'
import { spanFormat, type SpanReading } from '../otlp/span-format.ts'
import type { Span } from '../otlp/spans.ts'
import { modelEvent } from './model-event.ts'
import { OUTPUT_TOKENS, PROVIDERS, spanCompletion } from './span-completion.ts'

/**
 * Reads a span as an answer of a model, in any of three vocabularies: OpenTelemetry's conventions
 * (today's and those of 2024), Traceloop's, OpenInference's. Spans of tools, agents and chains are
 * told elsewhere: by a tap, and by the answers they are made of.
 */
function genaiEvent(span: Span): SpanReading {
  const subject = subjectOf(span)
  return subject === 'ANSWER' ? modelEvent(spanCompletion(span)) : subject
}

/** Spans of clients of models. */
export const OTLP_GENAI_SPANS: Format = spanFormat(
  'otlp-genai-spans',
  'OTLP traces as JSON: GenAI spans of OpenTelemetry, Traceloop, OpenInference',
  () => [genaiEvent],
)

/** Both layers that spans tell of, for a door that takes traces of everything. */
export const OTLP_TRACES: Format = spanFormat(
  'otlp-traces',
  'OTLP traces as JSON: GenAI spans and spans of database clients',
  () => [genaiEvent, openDatabaseReader()],
)

const ANSWERS = new Set(['chat', 'text_completion', 'generate_content', 'completion', 'responses'])
const TOLD = new Set(
  (
    'execute_tool invoke_agent create_agent invoke_workflow plan ' +
    'tool agent chain workflow task'
  ).split(' '),
)

function subjectOf({ attributes }: Span): 'ANSWER' | 'TOLD_ELSEWHERE' | 'OTHER_SUBJECT' {
  const kind = textAttribute(attributes, 'openinference.span.kind')?.toLowerCase()
  if (kind === 'llm') return 'ANSWER'
  const word =
    kind ??
    textAttribute(attributes, 'gen_ai.operation.name', 'llm.request.type', 'traceloop.span.kind')
  if (word !== null && ANSWERS.has(word)) return 'ANSWER'
  const isTool = attributes.has('mcp.method.name') || (word !== null && TOLD.has(word))
  if (isTool) return 'TOLD_ELSEWHERE'
  // An old instrumentation names no operation, but only answers cost tokens of output.
  const isAnswer = word === null && countAttribute(attributes, ...OUTPUT_TOKENS) !== null
  return isAnswer && textAttribute(attributes, ...PROVIDERS) !== null ? 'ANSWER' : 'OTHER_SUBJECT'
}
