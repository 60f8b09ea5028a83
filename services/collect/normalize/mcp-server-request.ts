import type { JsonObject } from '#domain/json-form.ts'
import { keptArguments } from './mcp-arguments.ts'
import type { KeepRules } from './mcp-connection.ts'
import { messagesContent, plainContent } from './mcp-content.ts'
import { contentFields, type EventDraft } from './mcp-draft.ts'
import { textIn } from './mcp-message.ts'

/**
 * What a server asks of the client: a completion of its model, or an answer of its user. What the
 * client answers is not kept: it may be the very secret that was asked for.
 */
export function serverRequestDraft(
  method: string,
  params: JsonObject,
  rules: KeepRules,
): EventDraft | undefined {
  if (method === 'sampling/createMessage') {
    const { messages: _messages, systemPrompt: _systemPrompt, _meta, ...settings } = params
    return {
      action: 'sampling',
      method,
      arguments: keptArguments(settings, rules).json ?? null,
      ...contentFields(messagesContent(params, rules.contentMaxChars)),
    }
  }
  if (method !== 'elicitation/create') return undefined
  const asked = [textIn(params, 'message'), textIn(params, 'url')].filter(
    (text) => text !== undefined,
  )
  const { message: _message, _meta, ...form } = params
  return {
    action: 'elicitation',
    method,
    arguments: keptArguments(form, rules).json ?? null,
    ...contentFields(plainContent(asked.join('\n'), rules.contentMaxChars)),
  }
}
