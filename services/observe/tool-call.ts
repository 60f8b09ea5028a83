import { CONTEST_FEATURES } from '#domain/contest.ts'
import type { ApplicationEvent } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import type { ApplicationFacts } from './application-state.ts'
import { argumentValues, type ArgumentValue } from './arguments.ts'
import { countUp } from './bounded.ts'
import { callWords, type CallWords } from './call-words.ts'
import { contestOf, type Contest } from './contest.ts'
import { callNature } from './call-nature.ts'
import { countServers } from './definitions.ts'
import { isRequested, toolNature, type ToolNature } from './effects.ts'
import { identifierHash, type Hide } from './hashing.ts'
import { isOwnDomain, type AgentScope } from './inventory.ts'
import { argumentOrigins } from './origins.ts'
import { isOnlyIn, type Provenance, type Taint } from './provenance.ts'
import { sensitiveTypes } from './sensitive.ts'
import { emptySight, type Sight, type Surroundings } from './sight.ts'
import { otherServers } from './source-servers.ts'
import { textFeatures } from './text-features.ts'

const TOOLS_MAX_COUNT = 64
const REPEATS_MAX_COUNT = 128
const OPEN_CALLS_MAX_COUNT = 16
const ECHO_MAX_COUNT = 48
const ARGUMENTS_MAX_LENGTH = 65_536
const LINEAGE_MIN_SHARE = 0.5
/** Less than a half: what it leads to is not handed over as a whole. */
const HANDED_ON_SHARE = 0.45
const POINTED_SHARE = 0.8
const TAINT_MIN_EXCLUSIVE = 0.3
const TAINT_MAX_USER = 0.5

/** What one tool call is: its effect, who asked for it, where its values came from. */
export function observeCall(
  facts: ApplicationFacts,
  event: ApplicationEvent,
  { hide, scope }: Surroundings,
): Sight {
  const sight = emptySight()
  const { provenance } = facts
  const tool = event.tool_name ?? ''
  const json = (event.arguments ?? '').slice(0, ARGUMENTS_MAX_LENGTH)
  const { values, droppedCount } = argumentValues(json)
  const nature = callNature(toolNature(tool, event.tool_annotations), values)
  const words = callWords(values, tool, nature.words, hide)
  const origins = argumentOrigins(provenance, values, hide)
  const hash = identifierHash(`${tool}\0${json}`)
  const counts = countCall(facts, tool, hash)
  const serverCount = countServers(facts.toolSources, event)
  const contest = contestOf(provenance, words, {
    effect: nature.effect,
    isFirstOfTool: counts.ofTool === 1,
    callCount: facts.toolCalls - 1,
  })
  openCall(facts, event, { tool, nature, words, contest })
  const { request } = provenance
  const features = json.length > 2 ? textFeatures(json) : {}
  addContest(features, provenance, contest, event.occurred_at)
  if (serverCount !== null) features['tool.servers'] = serverCount
  const wasAsked =
    request.count === 0 ? null : isRequested(nature.effect, request.effects | request.named)
  sight.facts = {
    effect: nature.effect,
    requested: wasAsked,
    instruction_event_ids: instructionEvents(provenance, contest),
    argument_origins: { ...origins.byPath, ...onlyIn(provenance, words, contest) },
    origins: origins.distinct,
    labels: labelsOf(nature, values, scope),
    features,
    tool_calls_of_this_tool: counts.ofTool,
    repeated_calls: counts.repeated,
    arguments_hash: hiddenHash(hash, hide),
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
function hiddenHash(hash: number, hide: Hide): string {
  return (hide(hash | 0) >>> 0).toString(16).padStart(8, '0')
}

function countCall(
  facts: ApplicationFacts,
  tool: string,
  hash: number,
): { ofTool: number; repeated: number } {
  facts.toolCalls += 1
  const repeated = countUp(facts.callsByArguments, hash, REPEATS_MAX_COUNT)
  const known = facts.callsByTool.get(tool)
  if (known === undefined && facts.callsByTool.size >= TOOLS_MAX_COUNT) {
    facts.toolsDropped += 1
    return { ofTool: 1, repeated }
  }
  facts.callsByTool.set(tool, (known ?? 0) + 1)
  return { ofTool: (known ?? 0) + 1, repeated }
}

/**
 * Adds what the contest came to; where no request and no result was heard there was none.
 * `request.open`: see `openness`; `request.agreed`: 1 where the user agreed to what had been read.
 */
function addContest(
  found: Record<string, number>,
  { request, resultCount }: Provenance,
  { features, origin }: Contest,
  nowUs: number,
): void {
  if (request.count > 0) {
    found['delegated'] = request.delegated ? 1 : 0
    found['request.open'] = features['user.open']
    found['request.agreed'] = request.assentedSources > 0 ? 1 : 0
  }
  if (resultCount === 0) return
  found['results.read'] = resultCount
  for (const name of CONTEST_FEATURES) {
    const value = features[name]
    if (value !== 0) found[name] = Math.round(value * 1e4) / 1e4
  }
  if (origin === undefined) return
  found['instruction.age_s'] = (nowUs - origin.source.atUs) / SECOND_US
}

/** Events that brought in the text which explains the call best, copies of its order included. */
function instructionEvents(provenance: Provenance, { span, origin }: Contest): string[] | null {
  if (origin === undefined) return null
  const isOfSpan = span?.leaf === origin.leaf
  const copies = isOfSpan ? provenance.spans.filter(({ key }) => key === span.key) : []
  const ids = copies.flatMap(({ source }) => provenance.sources[source]?.eventId ?? [])
  return [...new Set([origin.source.eventId, ...ids])].sort()
}

/** `<path>.only_in`: the event in whose text alone a value of the argument stands. */
function onlyIn(
  provenance: Provenance,
  words: CallWords,
  { origin }: Contest,
): Record<string, string> {
  const found: Record<string, string> = {}
  if (origin === undefined) return found
  const isOnly = (token: number): boolean =>
    !provenance.request.tokens.has(token) && isOnlyIn(provenance, token, origin.leaf)
  for (const [path, tokens] of words.byPath) {
    if (tokens.some(isOnly)) found[`${path}.only_in`] = origin.source.eventId
  }
  return found
}

/** A call that an instruction explains better than the user does marks what it brings in. */
function taintOf({ span, exclusive, features }: Contest): Taint | null {
  const isCaused = exclusive >= TAINT_MIN_EXCLUSIVE && features['user.coverage'] < TAINT_MAX_USER
  return span !== undefined && isCaused ? { span: span.serial, strength: exclusive } : null
}

/** What the user handed on or pointed at leads on to what it names. */
function lineageOf({ origin, features }: Contest): [number, number] {
  if (origin === undefined || features['place.only'] < LINEAGE_MIN_SHARE) return [0, 0]
  const { delegated, pointed } = origin.source.fit
  return [delegated * HANDED_ON_SHARE, pointed * POINTED_SHARE]
}

type Made = { tool: string; nature: ToolNature; words: CallWords; contest: Contest }

function openCall(facts: ApplicationFacts, event: ApplicationEvent, made: Made): void {
  const { tool, nature, words, contest } = made
  const tokens = [...words.weights.keys()]
  const { request } = facts.provenance
  const namedCount = tokens.filter((token) => request.tokens.has(token)).length
  facts.openCalls.push({
    callId: event.call_id,
    tool,
    effect: nature.effect,
    echo: tokens.slice(0, ECHO_MAX_COUNT),
    namedShare: tokens.length === 0 ? 0 : namedCount / tokens.length,
    taint: taintOf(contest),
    lineage: lineageOf(contest),
  })
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
