import { NO_FACTS } from '#domain/facts.ts'
import type {
  ApplicationEvent,
  DataEvent,
  Layer,
  ModelEvent,
  NetworkEvent,
  Observation,
} from '#domain/records/index.ts'

const DULL_COMMON = {
  event_id: 'event-1',
  occurred_at: 1_767_225_600_000_000,
  collected_at: 1_767_225_600_000_000,
  tenant_id: 'acme',
  collector_id: 'collector-1',
  collector_seq: 1,
  session_id: 'session-1',
  session_basis: 'explicit',
  agent_id: 'agent-1',
  agent_version: null,
  user_id: 'user-1',
  server_id: 'server-1',
  trace_id: null,
  span_id: null,
  token_id: null,
  token_audience: null,
  client_address: null,
  approval_id: null,
  source_principal: null,
  call_id: null,
  late: false,
} as const

const DULL_EVENT = {
  ...DULL_COMMON,
  token_scopes: null,
  delegation_chain: null,
  duration_ms: null,
  extra: {},
} as const

/** An observation that says nothing, with every field an observation has. */
export const DULL_OBSERVATION: Observation = {
  ...DULL_COMMON,
  observation_id: 'observation-1',
  layer: 'application',
  action: 'tool_call',
  ...NO_FACTS,
}

const DULL_APPLICATION_EVENT: ApplicationEvent = {
  ...DULL_EVENT,
  action: 'tool_call',
  method: null,
  tool_name: null,
  tool_definition_hash: null,
  tool_annotations: null,
  arguments: null,
  content: null,
  content_bytes: null,
  content_truncated: null,
  is_error: null,
  error: null,
  decision: null,
  protocol_version: null,
  transport: null,
  client_name: null,
}

const DULL_DATA_EVENT: DataEvent = {
  ...DULL_EVENT,
  action: 'select',
  db_system: null,
  db_name: null,
  db_user: null,
  object_names: null,
  query_text: null,
  query_fingerprint: null,
  rows: null,
  bytes: null,
  columns: null,
  result_sample: null,
  status: null,
  client_port: null,
}

const DULL_NETWORK_EVENT: NetworkEvent = {
  ...DULL_EVENT,
  action: 'flow',
  source_host: null,
  source_process: null,
  source_address: null,
  destination_host: null,
  destination_address: null,
  destination_port: null,
  transport: null,
  protocol: null,
  bytes_out: null,
  bytes_in: null,
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
}

const DULL_MODEL_EVENT: ModelEvent = {
  ...DULL_EVENT,
  action: 'completion',
  provider: null,
  model: null,
  output_text: null,
  output_truncated: null,
  proposed_tool_calls: null,
  input_tokens: null,
  output_tokens: null,
  finish_reason: null,
  system_prompt_hash: null,
}

/** An event of each layer that says nothing, with every field its layer has. */
export const DULL_EVENTS = {
  application: DULL_APPLICATION_EVENT,
  data: DULL_DATA_EVENT,
  network: DULL_NETWORK_EVENT,
  model: DULL_MODEL_EVENT,
} as const satisfies Record<Layer, object>
