import type { ApplicationEvent } from '#domain/records/index.ts'
import type { ApplicationFacts, OpenCall } from './application-state.ts'
import { toolNature } from './effects.ts'
import { fitOf } from './fit.ts'
import { isStrong } from './instructions.ts'
import type { Hide } from './hashing.ts'
import type { SourceKind } from './provenance.ts'
import { readResult, wordsOf } from './provenance-reading.ts'
import { readText, type Reading } from './reading.ts'
import { sensitiveTypes } from './sensitive.ts'
import { emptySight, type Sight, type Surroundings } from './sight.ts'
import { textFeatures } from './text-features.ts'

/** Text beyond this is not read, and counted as a dropped fact. */
export const TEXT_MAX_LENGTH = 131_072

/** Share of the names in what the user handed over from which a text is meant by it. */
const HANDED_OVER_MIN = 0.5

/** What one text from outside is: a tool's result, a resource, a prompt, a list of tools. */
export function observeText(
  facts: ApplicationFacts,
  event: ApplicationEvent,
  { hide }: Surroundings,
): Sight {
  const sight = emptySight()
  const call = event.action === 'tool_result' ? takeCall(facts, event) : undefined
  const content = event.content ?? ''
  const text = content.slice(0, TEXT_MAX_LENGTH)
  sight.facts = {
    call_id: event.call_id ?? call?.callId ?? null,
    bytes: event.content_bytes ?? Buffer.byteLength(content),
    facts_dropped: content.length > text.length || event.content_truncated === true ? 1 : 0,
  }
  if (text === '') return sight
  const reading = readText(text)
  const isFailure = event.is_error === true
  if (!isFailure) {
    const source = {
      eventId: event.event_id,
      kind: kindOf(event),
      atUs: event.occurred_at,
      taint: call?.taint ?? null,
    }
    const arrival = {
      echo: new Set(call?.echo),
      namedShare: call?.namedShare ?? 0,
      callCount: facts.toolCalls,
      lineage: call?.lineage ?? [0, 0],
    }
    facts.tokensDropped += readResult(facts.provenance, source, reading, arrival, hide)
  }
  const isInstruction =
    event.action !== 'tools_listed' && holdsInstruction(facts, reading, new Set(call?.echo), hide)
  const effect = call?.effect ?? toolNature(event.tool_name ?? '', event.tool_annotations).effect
  const { facts: found } = sight
  found.labels = labelsOf(event, isInstruction, effect === 'read' && !isFailure)
  found.instruction_event_ids = isInstruction ? [event.event_id] : null
  found.features = featuresOf(text, reading)
  found.sensitive_types = event.action === 'tools_listed' ? [] : sensitiveTypes(text)
  return sight
}

/** Of a text that the user handed over, only what goes beyond that counts. */
function holdsInstruction(
  { provenance }: ApplicationFacts,
  { instructions, tokens }: Reading,
  echo: ReadonlySet<number>,
  hide: Hide,
): boolean {
  const strong = instructions.found.filter(isStrong)
  if (strong.length === 0 || !provenance.request.delegated) return strong.length > 0
  const { delegated } = fitOf(provenance.request, wordsOf(tokens, echo, hide))
  if (delegated < HANDED_OVER_MIN) return true
  return strong.some(({ override, metaCount }) => override || metaCount >= 2)
}

/** The call this result answers: by its id, else the oldest open call of its tool. */
function takeCall(facts: ApplicationFacts, event: ApplicationEvent): OpenCall | undefined {
  const { call_id, tool_name } = event
  const byId = facts.openCalls.findIndex((call) => call_id !== null && call.callId === call_id)
  const index =
    byId >= 0
      ? byId
      : facts.openCalls.findIndex((call) => call_id === null && isOf(call, tool_name))
  return index < 0 ? undefined : facts.openCalls.splice(index, 1)[0]
}

function isOf(call: OpenCall, toolName: string | null): boolean {
  return toolName === null || call.tool === toolName
}

function kindOf({ action }: ApplicationEvent): SourceKind {
  if (action === 'tools_listed') return 'tool_definition'
  return action === 'tool_result' ? 'tool_result' : 'resource'
}

function labelsOf(event: ApplicationEvent, isInstruction: boolean, isRead: boolean): string[] {
  const labels: string[] = []
  const isResult = event.action === 'tool_result' || event.action === 'resource_read'
  if (isInstruction) labels.push('instruction')
  if (event.action === 'resource_read' || (event.action === 'tool_result' && isRead)) {
    labels.push('private_read')
  }
  if (isResult) labels.push('untrusted_in')
  return labels
}

function featuresOf(text: string, { instructions }: Reading): Record<string, number> {
  const features = textFeatures(text)
  features['text.imperatives'] = instructions.imperativeCount
  features['text.addressed'] = instructions.addressedCount
  return features
}
