import { isObject } from '#domain/json-form.ts'
import { textAttribute, type Attributes } from '../otlp/attributes.ts'
import type { Span, SpanEvent } from '../otlp/spans.ts'
import { answerOf, messageList, systemText, type Answer } from './messages.ts'
import { numberedMessages } from './numbered-messages.ts'

/** What a span holds of what was said; undefined where its instrumentation sends none. */
export type SpanContent = { answer: Answer | undefined; system: string | undefined }

/** Reads the content of a span, wherever one of the vocabularies puts it. */
export function spanContent({ attributes, events }: Span): SpanContent {
  const answers =
    attributeMessages(attributes, 'gen_ai.output.messages') ??
    eventMessages(events, 'gen_ai.output.messages') ??
    firstNumbered(attributes, ANSWER_PREFIXES) ??
    choices(events) ??
    attributeMessages(attributes, 'gen_ai.completion')
  const answer = answers === undefined ? undefined : answerOf(answers)
  return { answer, system: systemOf(attributes, events) }
}

/** The instructions by themselves, else what the system says among the questions. */
function systemOf(attributes: Attributes, events: readonly SpanEvent[]): string | undefined {
  const instructions = messageList(attributes.get('gen_ai.system_instructions'))
  if (instructions !== undefined) return answerOf([{ parts: instructions }]).text
  const questions =
    attributeMessages(attributes, 'gen_ai.input.messages') ??
    eventMessages(events, 'gen_ai.input.messages') ??
    firstNumbered(attributes, QUESTION_PREFIXES)
  return questions === undefined ? undefined : systemText(questions)
}

const ANSWER_PREFIXES = ['llm.output_messages.', 'gen_ai.completion.', 'llm.completions.']
const QUESTION_PREFIXES = ['llm.input_messages.', 'gen_ai.prompt.', 'llm.prompts.']

function firstNumbered(
  attributes: Attributes,
  prefixes: readonly string[],
): readonly unknown[] | undefined {
  for (const prefix of prefixes) {
    const messages = numberedMessages(attributes, prefix)
    if (messages.length > 0) return messages
  }
  return undefined
}

/** Text of JSON, or the value itself, as newer exporters send it. */
function attributeMessages(attributes: Attributes, name: string): readonly unknown[] | undefined {
  const value = attributes.get(name)
  return value === undefined ? undefined : messageList(value)
}

function eventMessages(events: readonly SpanEvent[], name: string): readonly unknown[] | undefined {
  for (const { attributes } of events) {
    const messages = attributeMessages(attributes, name)
    if (messages !== undefined) return messages
  }
  return undefined
}

/** The events of the conventions of 2024: `gen_ai.choice`, earlier `gen_ai.content.completion`. */
function choices(events: readonly SpanEvent[]): readonly unknown[] | undefined {
  const messages = events.flatMap(({ name, attributes }) => {
    if (name === 'gen_ai.content.completion')
      return attributeMessages(attributes, 'gen_ai.completion') ?? []
    if (name !== 'gen_ai.choice') return []
    const body = parsed(textAttribute(attributes, 'gen_ai.event.content', 'message', 'content'))
    return isObject(body) && isObject(body['message'])
      ? [{ ...body['message'], finish_reason: body['finish_reason'] }]
      : [body]
  })
  return messages.length === 0 ? undefined : messages
}

/** Content that is no JSON is the text itself. */
function parsed(text: string | null): unknown {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : { content: text }
  } catch {
    return { content: text }
  }
}
