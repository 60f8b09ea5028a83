import { NO_FACTS } from '#domain/facts.ts'
import { idOf } from '#domain/ids.ts'
import type { Layer, Observation } from '#domain/records/index.ts'
import type { AnyEvent } from './sight.ts'

/** The observation of an event: its common fields and these facts; other layers' facts are null. */
export function observationOf(
  event: AnyEvent,
  layer: Layer,
  facts: Partial<Observation>,
): Observation {
  return {
    observation_id: idOf('observation', event.tenant_id, event.event_id),
    event_id: event.event_id,
    layer,
    action: event.action,
    occurred_at: event.occurred_at,
    collected_at: event.collected_at,
    tenant_id: event.tenant_id,
    collector_id: event.collector_id,
    collector_seq: event.collector_seq,
    session_id: event.session_id,
    session_basis: event.session_basis,
    agent_id: event.agent_id,
    agent_version: event.agent_version,
    user_id: event.user_id,
    server_id: event.server_id,
    trace_id: event.trace_id,
    span_id: event.span_id,
    token_id: event.token_id,
    token_audience: event.token_audience,
    client_address: event.client_address,
    approval_id: event.approval_id,
    source_principal: event.source_principal,
    call_id: event.call_id,
    late: event.late,
    ...NO_FACTS,
    ...facts,
  }
}
