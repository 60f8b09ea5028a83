import type {
  DataEvent,
  ModelEvent,
  NetworkEvent,
} from '../../services/lib/domain/records/index.ts'
import { anEvent } from '../support/records.ts'

const DULL_DATA: DataEvent = {
  ...anEvent(),
  action: 'select',
  db_system: null,
  db_name: null,
  db_user: 'app',
  object_names: ['customers'],
  query_text: null,
  query_fingerprint: null,
  rows: 1,
  bytes: 10,
  columns: null,
  result_sample: null,
  status: null,
  client_port: null,
  duration_ms: null,
}

const DULL_NETWORK: NetworkEvent = {
  ...anEvent(),
  action: 'flow',
  source_host: null,
  source_process: null,
  source_address: null,
  destination_host: 'api.example.com',
  destination_address: null,
  destination_port: 443,
  transport: null,
  protocol: null,
  bytes_out: 1,
  bytes_in: 1,
  packets_out: null,
  packets_in: null,
  duration_ms: null,
  dns_query: null,
  dns_type: null,
  http_method: null,
  url: null,
  sni: null,
  ja4: null,
  verdict: null,
  client_port: null,
}

const DULL_MODEL: ModelEvent = {
  ...anEvent(),
  action: 'completion',
  provider: 'a-provider',
  model: 'a-model',
  output_text: null,
  output_truncated: null,
  proposed_tool_calls: null,
  input_tokens: null,
  output_tokens: 7,
  finish_reason: null,
  duration_ms: null,
  system_prompt_hash: null,
}

export const aDataEvent = (differs: Partial<DataEvent> = {}): DataEvent => ({
  ...DULL_DATA,
  ...differs,
})
export const aNetworkEvent = (differs: Partial<NetworkEvent> = {}): NetworkEvent => ({
  ...DULL_NETWORK,
  ...differs,
})
export const aModelEvent = (differs: Partial<ModelEvent> = {}): ModelEvent => ({
  ...DULL_MODEL,
  ...differs,
})
