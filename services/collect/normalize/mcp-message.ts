import { isObject, type JsonObject } from '#domain/json-form.ts'

/** A JSON-RPC id as it stood on the wire. */
export type MessageId = string | number

/** One JSON-RPC message of MCP. */
export type McpMessage =
  | { kind: 'request'; id: MessageId; method: string; params: JsonObject }
  | { kind: 'notification'; method: string; params: JsonObject }
  | { kind: 'result'; id: MessageId; result: JsonObject }
  | { kind: 'error'; id: MessageId | undefined; code: number | undefined; message: string }

/** Requests in one batch array; what stands behind them is not looked at. */
const BATCH_MAX_COUNT = 256

/**
 * The messages of one JSON value: one, or those of a batch array (revision 2025-03-26). What is no
 * message is left out. `cutCount` says how many of a batch were not looked at.
 */
export function messagesOf(json: unknown): { messages: McpMessage[]; cutCount: number } {
  const values: readonly unknown[] = Array.isArray(json) ? json : [json]
  const messages = values.slice(0, BATCH_MAX_COUNT).flatMap((value) => messageOf(value) ?? [])
  return { messages, cutCount: Math.max(0, values.length - BATCH_MAX_COUNT) }
}

/** An object member that is an object; empty where it is none. */
export function objectIn(parent: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined
  return isObject(value) ? value : {}
}

/** An object member that is a text; undefined where it is none. */
export function textIn(parent: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined
  return typeof value === 'string' ? value : undefined
}

/** An object member that is a list, at most `maxCount` of it; empty where it is none. */
export function listIn(parent: JsonObject, name: string, maxCount: number): unknown[] {
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined
  return Array.isArray(value) ? value.slice(0, maxCount) : []
}

function messageOf(value: unknown): McpMessage | undefined {
  if (!isObject(value)) return undefined
  const method = textIn(value, 'method')
  const id = idIn(value)
  if (method !== undefined) {
    const params = objectIn(value, 'params')
    return id === undefined
      ? { kind: 'notification', method, params }
      : { kind: 'request', id, method, params }
  }
  if (isObject(value['error'])) {
    const { code } = value['error']
    const message = textIn(value['error'], 'message') ?? ''
    return { kind: 'error', id, code: typeof code === 'number' ? code : undefined, message }
  }
  if (id === undefined || !isObject(value['result'])) return undefined
  return { kind: 'result', id, result: value['result'] }
}

function idIn(value: JsonObject): MessageId | undefined {
  const { id } = value
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}
