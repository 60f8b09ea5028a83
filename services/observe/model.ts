import type { ModelEvent } from '#domain/records/index.ts'
import { addName } from './bounded.ts'
import { readText } from './reading.ts'
import { sensitiveTypes } from './sensitive.ts'
import { emptySight, packPlain, type LayerObserver } from './sight.ts'
import { textFeatures } from './text-features.ts'

const PROPOSED_MAX_COUNT = 32
const TEXT_MAX_LENGTH = 131_072

type ModelFacts = { completions: number; outputBytes: number; errors: number }

/** Watches what the model answers in a session. */
export const MODEL_OBSERVER: LayerObserver<ModelEvent, ModelFacts> = {
  empty: () => ({ completions: 0, outputBytes: 0, errors: 0 }),
  pack: packPlain,
  unpack: (body) => structuredClone(body) as ModelFacts,
  observe(facts, event) {
    const sight = emptySight()
    const output = event.output_text ?? ''
    const text = output.slice(0, TEXT_MAX_LENGTH)
    const bytes = Buffer.byteLength(output)
    const completed = event.action === 'completion' ? 1 : 0
    const failed = event.action === 'error' ? 1 : 0
    facts.completions += completed
    facts.errors += failed
    facts.outputBytes += bytes
    const proposed = proposedTools(event.proposed_tool_calls)
    const features = text === '' ? {} : featuresOf(text)
    sight.sums = { completions: completed, output_bytes: bytes, errors: failed }
    sight.peaks = features
    sight.facts = {
      completions: facts.completions,
      output_bytes: facts.outputBytes,
      errors: facts.errors,
      bytes,
      proposed_tools: proposed?.names ?? null,
      features,
      sensitive_types: text === '' ? [] : sensitiveTypes(text),
      is_error: failed === 1,
      facts_dropped: (proposed?.droppedCount ?? 0) + (output.length > text.length ? 1 : 0),
    }
    return sight
  },
}

function featuresOf(text: string): Record<string, number> {
  const { instructions } = readText(text)
  const features = textFeatures(text)
  features['text.imperatives'] = instructions.imperativeCount
  features['text.addressed'] = instructions.addressedCount
  return features
}

/**
 * Names in the proposed calls, each once; undefined where nothing was proposed or it is no JSON.
 */
function proposedTools(json: string | null): { names: string[]; droppedCount: number } | undefined {
  if (json === null) return undefined
  const names: string[] = []
  let droppedCount = 0
  for (const call of parsedList(json)) {
    const name = nameOf(call)
    if (name !== undefined) droppedCount += addName(names, name, PROPOSED_MAX_COUNT)
  }
  return { names, droppedCount }
}

function parsedList(json: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value : [value]
  } catch {
    return []
  }
}

function nameOf(call: unknown): string | undefined {
  if (typeof call !== 'object' || call === null) return undefined
  for (const field of ['tool_name', 'name', 'function']) {
    const value: unknown = Reflect.get(call, field)
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value !== null) return nameOf(value)
  }
  return undefined
}
