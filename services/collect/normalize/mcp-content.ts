import { boundedJson, isObject, type JsonObject } from '#domain/json-form.ts'
import { listIn, objectIn, textIn } from './mcp-message.ts'

/** What of a message's content is kept: `bytes` is the size of all of it. */
export type KeptContent = { text: string; bytes: number; isCut: boolean }

const BLOCKS_MAX_COUNT = 1_000

/** Gathers texts up to a limit and counts what there was. */
class Gathering {
  readonly #maxChars: number
  #parts: string[] = []
  #chars = 0
  bytes = 0
  isCut = false

  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  add(text: string): void {
    this.bytes += Buffer.byteLength(text)
    const roomChars = this.#maxChars - this.#chars
    if (text.length > roomChars) this.isCut = true
    const part = text.slice(0, Math.max(0, roomChars))
    if (part === '') return
    this.#parts.push(part)
    this.#chars += part.length
  }

  /** Counts what is never kept: pictures, sound, binary resources. */
  count(base64: string): void {
    this.bytes += Math.floor((base64.length * 3) / 4)
    this.isCut = true
  }

  kept(): KeptContent {
    const text = this.#parts.join('\n')
    return { text, bytes: this.bytes, isCut: this.isCut }
  }
}

/** The text of a tool's result; `structuredContent` only where there are no blocks beside it. */
export function resultContent(result: JsonObject, maxChars: number): KeptContent {
  const gathering = new Gathering(maxChars)
  const blocks = listIn(result, 'content', BLOCKS_MAX_COUNT)
  for (const block of blocks) addBlock(gathering, block)
  if (blocks.length === 0 && result['structuredContent'] !== undefined)
    gathering.add(boundedJson(result['structuredContent']) ?? '')
  return gathering.kept()
}

/** Whether a result has a text without a text, which every client refuses as no answer. */
export function isUnreadable(result: JsonObject): boolean {
  return listIn(result, 'content', BLOCKS_MAX_COUNT).some(
    (block) => isObject(block) && block['type'] === 'text' && typeof block['text'] !== 'string',
  )
}

/** The text of a resource that was read. */
export function resourceContent(result: JsonObject, maxChars: number): KeptContent {
  const gathering = new Gathering(maxChars)
  for (const content of listIn(result, 'contents', BLOCKS_MAX_COUNT))
    if (isObject(content)) addResource(gathering, content)
  return gathering.kept()
}

/** The text of messages: a prompt's, or those a server hands to the model. */
export function messagesContent(holder: JsonObject, maxChars: number): KeptContent {
  const gathering = new Gathering(maxChars)
  const systemPrompt = textIn(holder, 'systemPrompt')
  if (systemPrompt !== undefined) gathering.add(systemPrompt)
  for (const message of listIn(holder, 'messages', BLOCKS_MAX_COUNT)) {
    if (!isObject(message)) continue
    const { content } = message
    if (typeof content === 'string') gathering.add(content)
    else
      for (const block of Array.isArray(content) ? content : [content]) addBlock(gathering, block)
  }
  return gathering.kept()
}

/** A plain text within the same limit. */
export function plainContent(text: string, maxChars: number): KeptContent {
  const gathering = new Gathering(maxChars)
  gathering.add(text)
  return gathering.kept()
}

function addBlock(gathering: Gathering, block: unknown): void {
  if (!isObject(block)) return
  const text = textIn(block, 'text')
  if (text !== undefined) gathering.add(text)
  const data = textIn(block, 'data')
  if (data !== undefined) gathering.count(data)
  if (isObject(block['resource'])) addResource(gathering, block['resource'])
  if (block['type'] === 'resource_link') gathering.add(textIn(block, 'uri') ?? '')
  if (block['type'] === 'tool_use') gathering.add(boundedJson(objectIn(block, 'input')) ?? '')
  if (block['type'] !== 'tool_result') return
  for (const inner of listIn(block, 'content', BLOCKS_MAX_COUNT))
    if (isObject(inner) && typeof inner['text'] === 'string') gathering.add(inner['text'])
}

function addResource(gathering: Gathering, resource: JsonObject): void {
  const text = textIn(resource, 'text')
  if (text !== undefined) gathering.add(text)
  const blob = textIn(resource, 'blob')
  if (blob !== undefined) gathering.count(blob)
}
