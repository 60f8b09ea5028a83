import { NO_FACTS } from '#domain/facts.ts'
import { idOf } from '#domain/ids.ts'
import type { Layer, Observation } from '#domain/records/index.ts'
import type { AnyEvent } from './sight.ts'

/** Every field in its place: to copy it and fill it in costs a third of what building it costs. */
const BLANK: Observation = {
  observation_id: '',
  event_id: '',
  layer: 'application',
  action: '',
  occurred_at: 0,
  collected_at: 0,
  tenant_id: '',
  collector_id: '',
  collector_seq: 0,
  session_id: '',
  session_basis: 'explicit',
  agent_id: null,
  agent_version: null,
  user_id: null,
  server_id: null,
  trace_id: null,
  span_id: null,
  token_id: null,
  token_audience: null,
  client_address: null,
  approval_id: null,
  source_principal: null,
  call_id: null,
  late: false,
  ...NO_FACTS,
}

/** The observation of an event: its common fields and these facts; other layers' facts are null. */
export function observationOf(
  event: AnyEvent,
  layer: Layer,
  facts: Partial<Observation>,
): Observation {
  const observation = { ...BLANK }
  observation.observation_id = idOf('observation', event.tenant_id, event.event_id)
  observation.event_id = event.event_id
  observation.layer = layer
  observation.action = event.action
  observation.occurred_at = event.occurred_at
  observation.collected_at = event.collected_at
  observation.tenant_id = event.tenant_id
  observation.collector_id = event.collector_id
  observation.collector_seq = event.collector_seq
  observation.session_id = event.session_id
  observation.session_basis = event.session_basis
  observation.agent_id = event.agent_id
  observation.agent_version = event.agent_version
  observation.user_id = event.user_id
  observation.server_id = event.server_id
  observation.trace_id = event.trace_id
  observation.span_id = event.span_id
  observation.token_id = event.token_id
  observation.token_audience = event.token_audience
  observation.client_address = event.client_address
  observation.approval_id = event.approval_id
  observation.source_principal = event.source_principal
  observation.call_id = event.call_id
  observation.late = event.late
  return Object.assign(observation, facts)
}
