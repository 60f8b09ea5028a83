import { createHash } from 'node:crypto'

import { boundedJson, canonicalJson, isObject, type JsonObject } from '#domain/json-form.ts'
import { listIn, textIn } from './mcp-message.ts'

/** A tool as its server describes it. */
export type ToolDefinition = {
  name: string
  /** SHA-256 of its canonical JSON (RFC 8785), hex; of nothing where it is nested too deep. */
  hash: string
  /** Hints the server gives of itself, as text. */
  annotations: Record<string, string>
  /** Everything a model reads of it. */
  text: string
}

/** What is known of a server's tools, by name: who lists tells whoever calls. */
export type ToolCatalogue = Map<string, Pick<ToolDefinition, 'hash' | 'annotations'>>

const TOOLS_MAX_COUNT = 2_000
const CATALOGUE_MAX_COUNT = 10_000

/** The tools of a `tools/list` result. What has no name is left out. */
export function definitionsOf(result: JsonObject): ToolDefinition[] {
  return listIn(result, 'tools', TOOLS_MAX_COUNT).flatMap((tool) => definitionOf(tool) ?? [])
}

/** SHA-256 of a value's canonical JSON, hex. */
export function canonicalHash(value: unknown): string {
  const text = boundedJson(value) === undefined ? '' : canonicalJson(value)
  return createHash('sha256').update(text).digest('hex')
}

/** Notes a definition for those who call; the oldest makes room. */
export function noteDefinition(
  catalogue: ToolCatalogue,
  definition: Omit<ToolDefinition, 'text'>,
): void {
  const { name, hash, annotations } = definition
  catalogue.delete(name)
  catalogue.set(name, { hash, annotations })
  if (catalogue.size <= CATALOGUE_MAX_COUNT) return
  const [oldest] = catalogue.keys()
  if (oldest !== undefined) catalogue.delete(oldest)
}

function definitionOf(tool: unknown): ToolDefinition | undefined {
  if (!isObject(tool)) return undefined
  const name = textIn(tool, 'name')
  if (name === undefined || name === '') return undefined
  const hints = isObject(tool['annotations']) ? tool['annotations'] : {}
  const annotations = Object.fromEntries(
    Object.entries(hints).flatMap(([hint, value]) => {
      const text = typeof value === 'string' ? value : boundedJson(value)
      return text === undefined ? [] : [[hint, text]]
    }),
  )
  const title = textIn(tool, 'title')
  const description = textIn(tool, 'description')
  const schemas = [tool['inputSchema'], tool['outputSchema']].flatMap((schema) =>
    isObject(schema) ? (boundedJson(schema) ?? []) : [],
  )
  const text = [name, title, description, ...schemas].filter((part) => part !== undefined)
  return { name, hash: canonicalHash(tool), annotations, text: text.join('\n') }
}
