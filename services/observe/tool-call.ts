import type { ApplicationEvent, Observation } from '#domain/records/index.ts'
import type { ApplicationFacts } from './application-state.ts'
import { argumentValues, type ArgumentValue } from './arguments.ts'
import { countUp } from './bounded.ts'
import { countServers } from './definitions.ts'
import { isRequested, toolNature, type ToolNature } from './effects.ts'
import { identifierHash, wordHash, type Hide } from './hashing.ts'
import { isOwnDomain, type AgentScope } from './inventory.ts'
import { callWords, FOLLOWS_MIN_SCORE, judge, type CallWords } from './judgement.ts'
import { argumentOrigins } from './origins.ts'
import type { Provenance } from './provenance.ts'
import { sensitiveTypes } from './sensitive.ts'
import { emptySight, type Sight, type Surroundings } from './sight.ts'
import { otherServers } from './source-servers.ts'
import { textFeatures } from './text-features.ts'

const TOOLS_MAX_COUNT = 64
const REPEATS_MAX_COUNT = 128
const OPEN_CALLS_MAX_COUNT = 16
const ECHO_MAX_COUNT = 48
const ARGUMENTS_MAX_LENGTH = 65_536

/** What one tool call is: its effect, who asked for it, where its values came from. */
export function observeCall(
  facts: ApplicationFacts,
  event: ApplicationEvent,
  { hide, scope }: Surroundings,
): Sight {
  const sight = emptySight()
  const { provenance } = facts
  const tool = event.tool_name ?? ''
  const nature = toolNature(tool, event.tool_annotations)
  const json = (event.arguments ?? '').slice(0, ARGUMENTS_MAX_LENGTH)
  const { values, droppedCount } = argumentValues(json)
  const words = callWords(values, nature.words, hide)
  const origins = argumentOrigins(provenance, values, hide)
  const counts = countCall(facts, tool, json)
  const serverCount = countServers(facts.toolSources, event)
  const judged = judgedFacts(provenance, words, nature)
  openCall(facts, event, tool, nature, words)
  const wasAsked =
    provenance.requestCount === 0 ? null : isRequested(nature.effect, provenance.requested)
  sight.facts = {
    effect: nature.effect,
    requested: wasAsked,
    instructed: judged.instructed,
    instruction_event_ids: judged.eventIds,
    argument_origins: origins.byPath,
    origins: origins.distinct,
    labels: labelsOf(nature, values, scope),
    features: {
      ...(json.length > 2 ? textFeatures(json) : {}),
      ...judged.features,
      ...(serverCount === null ? {} : { 'tool.servers': serverCount }),
    },
    tool_calls_of_this_tool: counts.ofTool,
    repeated_calls: counts.repeated,
    arguments_hash: hiddenHash(`${tool}\0${json}`, hide),
    origin_server_ids: otherServers(facts.sourceServers, event, origins.byPath),
    sensitive_types: json.length > 2 ? sensitiveTypes(json) : [],
    facts_dropped: droppedCount,
  }
  sight.sums = { tool_calls: 1 }
  sight.peaks = {
    tool_calls_of_this_tool: counts.ofTool,
    repeated_calls: counts.repeated,
    distinct_tools: facts.callsByTool.size,
  }
  sight.names = { effect: [nature.effect], ...(tool === '' ? {} : { tool_name: [tool] }) }
  return sight
}

/** Eight hexadecimal digits that tell calls apart and nothing of what they hold. */
function hiddenHash(text: string, hide: Hide): string {
  return (hide(wordHash(text)) >>> 0).toString(16).padStart(8, '0')
}

function countCall(
  facts: ApplicationFacts,
  tool: string,
  json: string,
): { ofTool: number; repeated: number } {
  facts.toolCalls += 1
  const repeated = countUp(
    facts.callsByArguments,
    identifierHash(`${tool}\0${json}`),
    REPEATS_MAX_COUNT,
  )
  const known = facts.callsByTool.get(tool)
  if (known === undefined && facts.callsByTool.size >= TOOLS_MAX_COUNT) {
    facts.toolsDropped += 1
    return { ofTool: 1, repeated }
  }
  facts.callsByTool.set(tool, (known ?? 0) + 1)
  return { ofTool: (known ?? 0) + 1, repeated }
}

type Judged = Pick<Observation, 'instructed' | 'features'> & { eventIds: string[] | null }

/** Whether the call follows an instruction out of a result; null before any result was read. */
function judgedFacts(provenance: Provenance, words: CallWords, nature: ToolNature): Judged {
  const features: Record<string, number> = {}
  if (provenance.requestCount > 0) features['delegated'] = provenance.delegated ? 1 : 0
  if (provenance.resultCount === 0) return { instructed: null, eventIds: null, features }
  const judgements = judge(provenance, words, nature.effect)
  const best = judgements[0]
  if (best !== undefined) features['instruction.score'] = Math.round(best.score * 1000) / 1000
  const followed = judgements.filter(({ score }) => score > FOLLOWS_MIN_SCORE)
  const eventIds = followed.flatMap(({ span }) => provenance.sources[span.source]?.eventId ?? [])
  if (eventIds.length === 0) return { instructed: false, eventIds: null, features }
  return { instructed: true, eventIds: [...new Set(eventIds)], features }
}

function openCall(
  facts: ApplicationFacts,
  event: ApplicationEvent,
  tool: string,
  nature: ToolNature,
  words: CallWords,
): void {
  const echo = [...words.weights.keys()].slice(0, ECHO_MAX_COUNT)
  facts.openCalls.push({ callId: event.call_id, tool, effect: nature.effect, echo })
  if (facts.openCalls.length > OPEN_CALLS_MAX_COUNT) facts.openCalls.shift()
}

function labelsOf(
  nature: ToolNature,
  values: readonly ArgumentValue[],
  scope: AgentScope,
): string[] {
  const labels: string[] = []
  if (nature.destructive) labels.push('destructive')
  const leaves = nature.effect === 'send' || nature.effect === 'pay'
  if (leaves && !staysInside(values, scope)) labels.push('external_out')
  if (nature.persistent) labels.push('persistent')
  return labels
}

/** Whether every address among the values is the organisation's own. */
function staysInside(values: readonly ArgumentValue[], scope: AgentScope): boolean {
  const hosts = values.flatMap(({ text }) => hostOf(text) ?? [])
  return hosts.length > 0 && hosts.every((host) => isOwnDomain(scope, host))
}

/** The host of an address that is the whole value. */
function hostOf(text: string): string | undefined {
  if (/\s/.test(text) || text.length > 512) return undefined
  const at = text.lastIndexOf('@')
  if (at > 0) return text.slice(at + 1)
  const isAddress = /^(?:https?:\/\/|www\.)/i.test(text)
  return isAddress ? text.replace(/^https?:\/\//i, '').split(/[/?#:]/, 1)[0] : undefined
}
