import type { ApplicationEvent } from '#domain/records/index.ts'
import { wordHash } from './hashing.ts'

/** Which definitions and which servers a session has met of each tool: 48 bits a pair. */
export type ToolSources = { definitions: number[]; servers: number[] }

const PAIRS_MAX_COUNT = 64
const HALF_BITS = 24

/** Nothing met yet. */
export function emptyToolSources(): ToolSources {
  return { definitions: [], servers: [] }
}

/**
 * Notes the definition an event names for its tool, and returns how many different ones the session
 * has met of that tool on that server; null where the event names none.
 */
export function countDefinitions(known: ToolSources, event: ApplicationEvent): number | null {
  const { server_id, tool_name, tool_definition_hash } = event
  if (tool_definition_hash === null || tool_name === null) return null
  return countPair(known.definitions, `${server_id ?? ''}\0${tool_name}`, tool_definition_hash)
}

/** Notes the server of a call, and returns on how many the session has called a tool so named. */
export function countServers(known: ToolSources, event: ApplicationEvent): number | null {
  const { server_id, tool_name } = event
  if (server_id === null || tool_name === null) return null
  return countPair(known.servers, tool_name.toLowerCase(), server_id)
}

/** How many different values stand beside a name, this one counted; the oldest pair makes room. */
function countPair(pairs: number[], name: string, value: string): number {
  const first = half(name)
  const pair = first * 2 ** HALF_BITS + half(value)
  if (!pairs.includes(pair)) pairs.push(pair)
  if (pairs.length > PAIRS_MAX_COUNT) pairs.shift()
  return pairs.filter((one) => Math.floor(one / 2 ** HALF_BITS) === first).length
}

function half(text: string): number {
  return wordHash(text) & (2 ** HALF_BITS - 1)
}
