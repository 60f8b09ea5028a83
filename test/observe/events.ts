import type {
  ApplicationEvent,
  DataEvent,
  Layer,
  ModelEvent,
  NetworkEvent,
  Observation,
} from '#domain/records/index.ts'
import { keyOf } from '#domain/lane.ts'
import type { StageInput, StageOutput } from '#domain/stage.ts'
import { EMPTY_INVENTORY } from '../../services/observe/inventory.ts'
import {
  createObserveCore,
  type ObserveCore,
  type ObserveOptions,
} from '../../services/observe/observe.ts'
import { anEvent } from '../support/records.ts'

type EventsByLayer = {
  application: ApplicationEvent
  data: DataEvent
  network: NetworkEvent
  model: ModelEvent
}

/** An event and the layer it is of. */
export type LayerEvent = { [L in Layer]: { layer: L; event: EventsByLayer[L] } }[Layer]

const aDataEvent = (differs: Partial<DataEvent> = {}): DataEvent => ({
  ...common(),
  action: 'select',
  db_system: 'postgres',
  db_name: 'shop',
  db_user: 'agent',
  object_names: ['orders'],
  query_text: null,
  query_fingerprint: null,
  rows: 1,
  bytes: 10,
  columns: null,
  result_sample: null,
  status: null,
  client_port: null,
  ...differs,
})

const aNetworkEvent = (differs: Partial<NetworkEvent> = {}): NetworkEvent => ({
  ...common(),
  action: 'flow',
  source_host: 'mail',
  source_process: null,
  source_address: null,
  destination_host: 'api.example.com',
  destination_address: null,
  destination_port: 443,
  transport: 'tcp',
  protocol: null,
  bytes_out: 100,
  bytes_in: 100,
  packets_out: null,
  packets_in: null,
  dns_query: null,
  dns_type: null,
  http_method: null,
  url: null,
  sni: null,
  ja4: null,
  verdict: null,
  client_port: null,
  ...differs,
})

const aModelEvent = (differs: Partial<ModelEvent> = {}): ModelEvent => ({
  ...common(),
  action: 'completion',
  provider: null,
  model: 'model-1',
  output_text: 'Done.',
  output_truncated: null,
  proposed_tool_calls: null,
  input_tokens: null,
  output_tokens: null,
  finish_reason: null,
  system_prompt_hash: null,
  ...differs,
})

export const anObserveCore = (differs: Partial<ObserveOptions> = {}): ObserveCore =>
  createObserveCore({
    inactivityGapUs: 30 * 60_000_000,
    sessionsMaxCount: 1_000,
    inventory: EMPTY_INVENTORY,
    hashKey: 'key',
    ...differs,
  })

/** The event as the runtime would offer it. */
export function inputOf({ layer, event }: LayerEvent): StageInput {
  const topic = `events.${layer}.v1` as const
  const key = keyOf(event.tenant_id, event.session_id)
  return { topic, schema: topic, key, value: event } as StageInput
}

/** What the core says to one event. */
export function outputsOf(core: ObserveCore, event: LayerEvent): StageOutput[] {
  const outputs: StageOutput[] = []
  core.onRecord(inputOf(event), (output) => outputs.push(output))
  return outputs
}

/** The observations that a new core makes of these events. */
export function observationsOf(
  events: readonly LayerEvent[],
  differs: Partial<ObserveOptions> = {},
): Extract<StageOutput, { schema: 'observations.v1' }>['value'][] {
  const core = anObserveCore(differs)
  return events
    .flatMap((event) => outputsOf(core, event))
    .flatMap((output) => (output.schema === 'observations.v1' ? [output.value] : []))
}

let eventCount = 0

/** An application event with an id of its own. */
export function application(differs: Partial<ApplicationEvent> = {}): LayerEvent {
  eventCount += 1
  const event = anEvent({ event_id: `application-${eventCount}`, ...differs })
  return { layer: 'application', event }
}

/** A data event with an id of its own. */
export function data(differs: Partial<DataEvent> = {}): LayerEvent {
  eventCount += 1
  return { layer: 'data', event: aDataEvent({ event_id: `data-${eventCount}`, ...differs }) }
}

/** A network event with an id of its own. */
export function network(differs: Partial<NetworkEvent> = {}): LayerEvent {
  eventCount += 1
  const event = aNetworkEvent({ event_id: `network-${eventCount}`, ...differs })
  return { layer: 'network', event }
}

/** A model event with an id of its own. */
export function model(differs: Partial<ModelEvent> = {}): LayerEvent {
  eventCount += 1
  return { layer: 'model', event: aModelEvent({ event_id: `model-${eventCount}`, ...differs }) }
}

function common() {
  const {
    action: _action,
    method: _method,
    tool_name: _tool,
    tool_definition_hash: _hash,
    tool_annotations: _annotations,
    arguments: _arguments,
    content: _content,
    content_bytes: _bytes,
    content_truncated: _truncated,
    is_error: _isError,
    error: _error,
    decision: _decision,
    protocol_version: _version,
    transport: _transport,
    client_name: _client,
    ...rest
  } = anEvent()
  return rest
}

/** The last observation, of a core that is packed and restored before the last event. */
export function lastAfterRestart(events: readonly LayerEvent[]): Observation | undefined {
  const first = anObserveCore()
  for (const event of events.slice(0, -1)) outputsOf(first, event)
  const second = anObserveCore()
  for (const { key, body } of first.takeChanges()) second.restore(key, structuredClone(body))
  const last = events.slice(-1).flatMap((event) => outputsOf(second, event))
  return last.flatMap((output) => (output.schema === 'observations.v1' ? [output.value] : []))[0]
}
