import type { JsonObject } from '#domain/json-form.ts'
import type { KeepRules, Pending } from './mcp-connection.ts'
import {
  isUnreadable,
  messagesContent,
  plainContent,
  resourceContent,
  resultContent,
} from './mcp-content.ts'
import { definitionsOf, type ToolDefinition } from './mcp-definition.ts'
import { contentFields, type EventDraft } from './mcp-draft.ts'
import { objectIn, textIn, type McpMessage } from './mcp-message.ts'
import { serverRequestDraft } from './mcp-server-request.ts'

export type Answering = {
  rules: KeepRules
  catalogue: ReadonlyMap<string, Pick<ToolDefinition, 'hash'>>
  /** Hash of each tool as this connection last had it listed. */
  listed: Map<string, string>
  durationMs: number
}

/** What an answer tells; `continuesAs`: the call goes on, under this key. */
type Answer = { drafts: EventDraft[]; continuesAs?: string }

const ERROR_MAX_CHARS = 200
const UNREADABLE = 'the answer holds a text without a text'
const INPUTS_MAX_COUNT = 64

/** The events of an answer to a client's request. */
export function answerDrafts(
  message: Extract<McpMessage, { kind: 'result' | 'error' }>,
  pending: Pending,
  answering: Answering,
): Answer {
  if (message.kind === 'error') return { drafts: errorDrafts(message, pending, answering) }
  const { result } = message
  if (result['resultType'] === 'input_required') return inputAsked(result, pending, answering)
  const duration_ms = answering.durationMs
  const method = pending.method
  const maxChars = answering.rules.contentMaxChars
  switch (method) {
    case 'initialize':
    case 'server/discover':
      return { drafts: [startDraft(method, result, answering)] }
    case 'tools/list':
      return { drafts: listDrafts(result, answering) }
    case 'resources/read': {
      const content = contentFields(resourceContent(result, maxChars))
      const source = { method, arguments: pending.argumentsJson ?? null }
      return { drafts: [{ action: 'resource_read', ...source, duration_ms, ...content }] }
    }
    case 'prompts/get': {
      const content = contentFields(messagesContent(result, maxChars))
      const source = { method, arguments: pending.argumentsJson ?? null }
      return { drafts: [{ action: 'prompt_get', ...source, duration_ms, ...content }] }
    }
    default:
      return pending.callId === undefined ? { drafts: [] } : callAnswer(result, pending, answering)
  }
}

function callAnswer(result: JsonObject, pending: Pending, answering: Answering): Answer {
  const taskId = textIn(result, 'taskId') ?? textIn(objectIn(result, 'task'), 'taskId')
  if (pending.method === 'tools/call' && taskId !== undefined)
    return { drafts: [], continuesAs: `task\0${taskId}` }
  if (pending.method === 'tasks/get') {
    // The extension's form holds the result once the task is over; the older one never does.
    const inner = objectIn(result, 'result')
    if (Object.keys(inner).length === 0) return { drafts: [], continuesAs: pending.repeatKey }
    return { drafts: [resultDraft(inner, pending, answering)] }
  }
  if (pending.method !== 'tools/call' && pending.method !== 'tasks/result')
    return { drafts: [], continuesAs: pending.repeatKey }
  return { drafts: [resultDraft(result, pending, answering)] }
}

/** An answer that no client can read is an error to everybody, whatever it says of itself. */
function resultDraft(result: JsonObject, pending: Pending, answering: Answering): EventDraft {
  const isFailed = isUnreadable(result)
  return {
    action: 'tool_result',
    method: pending.method,
    call_id: pending.callId ?? null,
    tool_name: pending.toolName ?? null,
    is_error: isFailed || result['isError'] === true,
    ...(isFailed ? { error: UNREADABLE } : {}),
    duration_ms: answering.durationMs,
    ...contentFields(resultContent(result, answering.rules.contentMaxChars)),
  }
}

function startDraft(
  method: string,
  result: JsonObject,
  { rules, durationMs }: Answering,
): EventDraft {
  const served = objectIn(result, 'serverInfo')
  const meta = objectIn(objectIn(result, '_meta'), 'io.modelcontextprotocol/serverInfo')
  const info = Object.keys(served).length > 0 ? served : meta
  return {
    action: 'session_start',
    method,
    duration_ms: durationMs,
    ...contentFields(plainContent(textIn(result, 'instructions') ?? '', rules.contentMaxChars)),
    extra: { server_name: textIn(info, 'name'), server_version: textIn(info, 'version') },
  }
}

/** One event for the list, and one for each definition this connection has not had before. */
function listDrafts(result: JsonObject, answering: Answering): EventDraft[] {
  const { rules, catalogue, listed, durationMs } = answering
  const definitions = definitionsOf(result)
  const list: EventDraft = {
    action: 'tools_listed',
    method: 'tools/list',
    duration_ms: durationMs,
    extra: { tool_count: definitions.length },
  }
  const drafts = [list]
  for (const definition of definitions) {
    if (listed.get(definition.name) === definition.hash) continue
    drafts.push(definitionDraft(definition, catalogue, rules))
    listed.set(definition.name, definition.hash)
  }
  return drafts
}

function definitionDraft(
  definition: ToolDefinition,
  catalogue: ReadonlyMap<string, Pick<ToolDefinition, 'hash'>>,
  rules: KeepRules,
): EventDraft {
  const before = catalogue.get(definition.name)?.hash
  return {
    action: 'tools_listed',
    method: 'tools/list',
    tool_name: definition.name,
    tool_definition_hash: definition.hash,
    tool_annotations: definition.annotations,
    ...contentFields(plainContent(definition.text, rules.contentMaxChars)),
    extra: {
      previous_definition_hash: before === definition.hash ? undefined : before,
    },
  }
}

function inputAsked(result: JsonObject, pending: Pending, { rules }: Answering): Answer {
  const drafts = Object.values(objectIn(result, 'inputRequests'))
    .slice(0, INPUTS_MAX_COUNT)
    .flatMap((value) => {
      const request = value as JsonObject | null
      const method = textIn(request ?? {}, 'method') ?? ''
      const draft = serverRequestDraft(method, objectIn(request ?? {}, 'params'), rules)
      return draft === undefined ? [] : [{ ...draft, call_id: pending.callId ?? null }]
    })
  return pending.repeatKey === '' ? { drafts } : { drafts, continuesAs: pending.repeatKey }
}

function errorDrafts(
  error: Extract<McpMessage, { kind: 'error' }>,
  pending: Pending,
  { durationMs }: Answering,
): EventDraft[] {
  const action = ACTIONS_BY_METHOD.get(pending.method)
  if (action === undefined) return []
  const text = `${error.code ?? 0} ${error.message}`.slice(0, ERROR_MAX_CHARS)
  return [
    {
      action,
      method: pending.method,
      call_id: pending.callId ?? null,
      tool_name: pending.toolName ?? null,
      arguments: pending.argumentsJson ?? null,
      is_error: true,
      error: text,
      duration_ms: durationMs,
      extra: { error_code: error.code },
    },
  ]
}

const ACTIONS_BY_METHOD = new Map<string, EventDraft['action']>([
  ['tools/call', 'tool_result'],
  ['tasks/result', 'tool_result'],
  ['tools/list', 'tools_listed'],
  ['resources/read', 'resource_read'],
  ['prompts/get', 'prompt_get'],
  ['initialize', 'session_start'],
  ['server/discover', 'session_start'],
])
