import type { ApplicationEvent, Observation } from '#domain/records/index.ts'
import { SECOND_US } from '#domain/time.ts'
import {
  emptyApplication,
  packApplication,
  unpackApplication,
  type ApplicationFacts,
} from './application-state.ts'
import { countDefinitions } from './definitions.ts'
import { hearRequest } from './request.ts'
import { sequenceFeatures } from './sequence.ts'
import { noteSource } from './source-servers.ts'
import { emptySight, type LayerObserver, type Sight, type Surroundings } from './sight.ts'
import { textFeatures } from './text-features.ts'
import { observeCall } from './tool-call.ts'
import { observeText, TEXT_MAX_LENGTH } from './tool-result.ts'

const REFUSAL = /^(?:den(?:y|ied)|refus|reject|block|forbid|restriction)/i
/** What observations say of a decision that is containment's own. */
const CONTAINED = 'contained'

/** Watches what an agent and its servers say to each other. */
export const APPLICATION_OBSERVER: LayerObserver<ApplicationEvent, ApplicationFacts> = {
  empty: emptyApplication,
  pack: packApplication,
  unpack: unpackApplication,
  observe(facts, event, surroundings) {
    const sight = sightOf(facts, event, surroundings)
    const failed = event.is_error === true ? 1 : 0
    const denied = isRefusal(event.decision) && !isContained(event) ? 1 : 0
    facts.errors += failed
    facts.denials += denied
    if (failed > 0) sight.sums['errors'] = 1
    if (denied > 0) sight.sums['denials'] = 1
    addCommon(sight.facts, facts, event)
    if (event.action === 'session_end') facts.endedAtUs ??= event.occurred_at
    return sight
  },
}

/** Adds what every application event is told with. */
function addCommon(
  found: Partial<Observation>,
  facts: ApplicationFacts,
  event: ApplicationEvent,
): void {
  const droppedCount = facts.toolsDropped + facts.tokensDropped
  found.features = Object.assign(found.features ?? {}, sequenceFeatures(facts, event))
  found.tool_name = event.tool_name
  found.tool_definition_hash = event.tool_definition_hash
  found.tool_definitions = countDefinitions(facts.toolSources, event)
  found.is_error = event.is_error
  found.decision = isContained(event) ? CONTAINED : event.decision
  found.tool_calls = facts.toolCalls
  found.distinct_tools = facts.callsByTool.size
  found.errors = facts.errors
  found.denials = facts.denials
  found.seconds_since_request = secondsSince(facts.requestAtUs, event.occurred_at)
  found.seconds_since_session_end = secondsSince(facts.endedAtUs, event.occurred_at)
  found.facts_dropped = (found.facts_dropped ?? 0) + droppedCount
}

/**
 * Whether a tap only did what a restriction told it to. Detection hears nothing of it: what is
 * found must not depend on when it was contained.
 */
function isContained({ action, extra }: ApplicationEvent): boolean {
  return action === 'permission_decision' && 'enforcement_ids' in extra
}

/** Whether a decision kept a call from being made. */
export function isRefusal(decision: string | null): boolean {
  return decision !== null && REFUSAL.test(decision)
}

function sightOf(
  facts: ApplicationFacts,
  event: ApplicationEvent,
  surroundings: Surroundings,
): Sight {
  switch (event.action) {
    case 'tool_call':
      return observeCall(facts, event, surroundings)
    case 'tool_result':
    case 'resource_read':
    case 'prompt_get':
    case 'tools_listed':
      facts.toolsDropped += noteSource(facts.sourceServers, event)
      return observeText(facts, event, surroundings)
    case 'user_request':
      return observeRequest(facts, event, surroundings)
    case 'session_start':
      facts.endedAtUs = null
      return emptySight()
    default:
      return withTextFeatures(event)
  }
}

/** A request opens a conversation again that had ended. */
function observeRequest(
  facts: ApplicationFacts,
  event: ApplicationEvent,
  { hide }: Surroundings,
): Sight {
  const text = (event.content ?? '').slice(0, TEXT_MAX_LENGTH)
  facts.endedAtUs = null
  facts.requestAtUs = event.occurred_at
  facts.tokensDropped += hearRequest(
    facts.provenance.request,
    text,
    facts.provenance.sourceCount,
    hide,
  )
  return withTextFeatures(event)
}

function withTextFeatures(event: ApplicationEvent): Sight {
  const sight = emptySight()
  const text = (event.content ?? '').slice(0, TEXT_MAX_LENGTH)
  if (text !== '') sight.facts = { features: textFeatures(text) }
  return sight
}

/** Null before the moment, and where it never was. */
function secondsSince(momentUs: number | null, nowUs: number): number | null {
  return momentUs === null || nowUs < momentUs ? null : (nowUs - momentUs) / SECOND_US
}
