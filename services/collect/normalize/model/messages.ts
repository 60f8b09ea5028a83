import { isObject, type JsonObject } from '#domain/json-form.ts'
import type { ProposedCall } from './model-event.ts'

/** What the messages of an answer hold, whoever wrote them down. */
export type Answer = {
  text: string
  toolCalls: ProposedCall[]
  finishReason: string | null
  isRefusal: boolean
}

/**
 * Reads messages of any of the forms in use: OpenAI's (`content`, `tool_calls`), Anthropic's
 * blocks, and the parts of OpenTelemetry's conventions. Hidden reasoning is left out.
 */
export function answerOf(messages: readonly unknown[]): Answer {
  const answer: Answer = { text: '', toolCalls: [], finishReason: null, isRefusal: false }
  for (const message of messages.slice(0, MESSAGES_MAX_COUNT)) {
    if (!isObject(message)) continue
    const { content, parts, tool_calls, finish_reason, refusal } = message
    addContent(answer, content ?? parts)
    if (Array.isArray(tool_calls))
      for (const call of tool_calls.slice(0, ITEMS_MAX_COUNT)) addCall(answer, call)
    if (typeof refusal === 'string' && refusal !== '') {
      answer.isRefusal = true
      addText(answer, refusal)
    }
    if (typeof finish_reason === 'string') answer.finishReason ??= finish_reason
  }
  return answer
}

/** The text of all system messages; undefined where there are none. */
export function systemText(messages: readonly unknown[]): string | undefined {
  const systems = messages
    .slice(0, MESSAGES_MAX_COUNT)
    .filter((message) => isObject(message) && SYSTEM_ROLES.has(message['role']))
  return systems.length === 0 ? undefined : answerOf(systems).text
}

/** A list of messages that may be written as JSON text; undefined of anything else. */
export function messageList(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  // Plain text is common here, and an exception costs more than all the rest.
  if (typeof value !== 'string' || !/^\s{0,9}\[/.test(value)) return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

const SYSTEM_ROLES: ReadonlySet<unknown> = new Set(['system', 'developer'])
const MESSAGES_MAX_COUNT = 256
const ITEMS_MAX_COUNT = 256
const TEXT_MAX_LENGTH = 1_048_576

function addContent(answer: Answer, content: unknown): void {
  if (typeof content === 'string') addText(answer, content)
  if (!Array.isArray(content)) return
  for (const part of content.slice(0, ITEMS_MAX_COUNT)) if (isObject(part)) addPart(answer, part)
}

function addPart(answer: Answer, part: JsonObject): void {
  const { type, text, content, refusal } = part
  if (type === 'tool_use' || type === 'server_tool_use' || type === 'mcp_tool_use')
    addCall(answer, { ...part, arguments: part['input'] })
  else if (type === 'tool_call' || type === 'server_tool_call') addCall(answer, part)
  else if (type === 'refusal') {
    answer.isRefusal = true
    addText(answer, refusal ?? content)
  } else if (type === 'text' || type === 'output_text' || type === undefined)
    addText(answer, text ?? content)
}

function addText(answer: Answer, text: unknown): void {
  if (typeof text !== 'string' || text === '' || answer.text.length > TEXT_MAX_LENGTH) return
  answer.text += answer.text === '' ? text : `\n${text}`
}

/** A call with its name beside it, or within `function`. */
function addCall(answer: Answer, call: unknown): void {
  if (!isObject(call) || answer.toolCalls.length >= ITEMS_MAX_COUNT) return
  const inner = isObject(call['function']) ? call['function'] : call
  const { name } = inner
  if (typeof name !== 'string' || name === '') return
  const id = typeof call['id'] === 'string' ? call['id'] : call['call_id']
  answer.toolCalls.push({
    id: typeof id === 'string' ? id.slice(0, NAME_MAX_LENGTH).toWellFormed() : null,
    name: name.slice(0, NAME_MAX_LENGTH).toWellFormed(),
    arguments: inner['arguments'],
  })
}

const NAME_MAX_LENGTH = 256
