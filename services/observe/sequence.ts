import type { ApplicationEvent } from '#domain/records/index.ts'
import type { ApplicationFacts } from './application-state.ts'
import { wordHash } from './hashing.ts'

/**
 * What a call comes after: `sequence.previous_tool`, a 32-bit hash of the tool called before (0
 * where there was none), and `request.effects`, the effects which the user's words name, as bits.
 * Remembers the call's own tool.
 */
export function sequenceFeatures(
  facts: ApplicationFacts,
  { action, tool_name }: ApplicationEvent,
): Record<string, number> {
  if (action !== 'tool_call' || tool_name === null) return {}
  const { previousTool, provenance } = facts
  facts.previousTool = wordHash(tool_name) >>> 0
  return {
    'sequence.previous_tool': previousTool,
    ...(provenance.request.count > 0 ? { 'request.effects': provenance.request.effects } : {}),
  }
}
