-- What happened, on four layers. Key: the session, then time, ending in the id.

CREATE TABLE IF NOT EXISTS log_events_application
(
  _partition Int64,
  _offset Int64,
  event_id String,
  occurred_at DateTime64(6, 'UTC'),
  collected_at DateTime64(6, 'UTC'),
  tenant_id LowCardinality(String),
  collector_id LowCardinality(String),
  collector_seq Int64,
  session_id String,
  session_basis LowCardinality(String),
  agent_id LowCardinality(Nullable(String)),
  agent_version LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  server_id LowCardinality(Nullable(String)),
  trace_id Nullable(String),
  span_id Nullable(String),
  token_id Nullable(String),
  token_audience LowCardinality(Nullable(String)),
  token_scopes Array(String),
  client_address Nullable(String),
  delegation_chain Array(String),
  approval_id Nullable(String),
  source_principal Nullable(String),
  call_id Nullable(String),
  late Bool,
  action LowCardinality(String),
  method LowCardinality(Nullable(String)),
  tool_name LowCardinality(Nullable(String)),
  tool_definition_hash Nullable(String),
  tool_annotations Map(String, String),
  arguments Nullable(String) CODEC(ZSTD(1)),
  content Nullable(String) CODEC(ZSTD(1)),
  content_bytes Nullable(Int64),
  content_truncated Nullable(Bool),
  is_error Nullable(Bool),
  error Nullable(String) CODEC(ZSTD(1)),
  duration_ms Nullable(Float64),
  decision LowCardinality(Nullable(String)),
  protocol_version LowCardinality(Nullable(String)),
  transport LowCardinality(Nullable(String)),
  client_name LowCardinality(Nullable(String)),
  extra Map(String, String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_event_id event_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_trace_id trace_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_call_id call_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_user_id user_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_server_id server_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_tool_name tool_name TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, occurred_at, event_id)
TTL _stored_at + INTERVAL 7 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW events_application AS
SELECT * FROM log_events_application FINAL;

CREATE TABLE IF NOT EXISTS log_events_data
(
  _partition Int64,
  _offset Int64,
  event_id String,
  occurred_at DateTime64(6, 'UTC'),
  collected_at DateTime64(6, 'UTC'),
  tenant_id LowCardinality(String),
  collector_id LowCardinality(String),
  collector_seq Int64,
  session_id String,
  session_basis LowCardinality(String),
  agent_id LowCardinality(Nullable(String)),
  agent_version LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  server_id LowCardinality(Nullable(String)),
  trace_id Nullable(String),
  span_id Nullable(String),
  token_id Nullable(String),
  token_audience LowCardinality(Nullable(String)),
  token_scopes Array(String),
  client_address Nullable(String),
  delegation_chain Array(String),
  approval_id Nullable(String),
  source_principal Nullable(String),
  call_id Nullable(String),
  late Bool,
  action LowCardinality(String),
  db_system LowCardinality(Nullable(String)),
  db_name LowCardinality(Nullable(String)),
  db_user LowCardinality(Nullable(String)),
  object_names Array(String),
  query_text Nullable(String) CODEC(ZSTD(1)),
  query_fingerprint Nullable(String),
  rows Nullable(Int64),
  bytes Nullable(Int64),
  columns Array(String),
  result_sample Nullable(String) CODEC(ZSTD(1)),
  status LowCardinality(Nullable(String)),
  duration_ms Nullable(Float64),
  extra Map(String, String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_event_id event_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_trace_id trace_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_call_id call_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_user_id user_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_server_id server_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_object_names object_names TYPE bloom_filter GRANULARITY 1,
  INDEX by_db_user db_user TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, occurred_at, event_id)
TTL _stored_at + INTERVAL 7 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW events_data AS
SELECT * FROM log_events_data FINAL;

CREATE TABLE IF NOT EXISTS log_events_network
(
  _partition Int64,
  _offset Int64,
  event_id String,
  occurred_at DateTime64(6, 'UTC'),
  collected_at DateTime64(6, 'UTC'),
  tenant_id LowCardinality(String),
  collector_id LowCardinality(String),
  collector_seq Int64,
  session_id String,
  session_basis LowCardinality(String),
  agent_id LowCardinality(Nullable(String)),
  agent_version LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  server_id LowCardinality(Nullable(String)),
  trace_id Nullable(String),
  span_id Nullable(String),
  token_id Nullable(String),
  token_audience LowCardinality(Nullable(String)),
  token_scopes Array(String),
  client_address Nullable(String),
  delegation_chain Array(String),
  approval_id Nullable(String),
  source_principal Nullable(String),
  call_id Nullable(String),
  late Bool,
  action LowCardinality(String),
  source_host LowCardinality(Nullable(String)),
  source_process LowCardinality(Nullable(String)),
  source_address Nullable(String),
  destination_host Nullable(String),
  destination_address Nullable(String),
  destination_port Nullable(Int32),
  transport LowCardinality(Nullable(String)),
  protocol LowCardinality(Nullable(String)),
  bytes_out Nullable(Int64),
  bytes_in Nullable(Int64),
  packets_out Nullable(Int64),
  packets_in Nullable(Int64),
  duration_ms Nullable(Float64),
  dns_query Nullable(String),
  dns_type LowCardinality(Nullable(String)),
  http_method LowCardinality(Nullable(String)),
  url Nullable(String) CODEC(ZSTD(1)),
  sni Nullable(String),
  ja4 Nullable(String),
  verdict LowCardinality(Nullable(String)),
  extra Map(String, String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_event_id event_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_trace_id trace_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_call_id call_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_user_id user_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_server_id server_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_destination_host destination_host TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, occurred_at, event_id)
TTL _stored_at + INTERVAL 7 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW events_network AS
SELECT * FROM log_events_network FINAL;

CREATE TABLE IF NOT EXISTS log_events_model
(
  _partition Int64,
  _offset Int64,
  event_id String,
  occurred_at DateTime64(6, 'UTC'),
  collected_at DateTime64(6, 'UTC'),
  tenant_id LowCardinality(String),
  collector_id LowCardinality(String),
  collector_seq Int64,
  session_id String,
  session_basis LowCardinality(String),
  agent_id LowCardinality(Nullable(String)),
  agent_version LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  server_id LowCardinality(Nullable(String)),
  trace_id Nullable(String),
  span_id Nullable(String),
  token_id Nullable(String),
  token_audience LowCardinality(Nullable(String)),
  token_scopes Array(String),
  client_address Nullable(String),
  delegation_chain Array(String),
  approval_id Nullable(String),
  source_principal Nullable(String),
  call_id Nullable(String),
  late Bool,
  action LowCardinality(String),
  provider LowCardinality(Nullable(String)),
  model LowCardinality(Nullable(String)),
  output_text Nullable(String) CODEC(ZSTD(1)),
  output_truncated Nullable(Bool),
  proposed_tool_calls Nullable(String) CODEC(ZSTD(1)),
  input_tokens Nullable(Int64),
  output_tokens Nullable(Int64),
  finish_reason LowCardinality(Nullable(String)),
  duration_ms Nullable(Float64),
  system_prompt_hash Nullable(String),
  extra Map(String, String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_event_id event_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_trace_id trace_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_call_id call_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_user_id user_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_server_id server_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, occurred_at, event_id)
TTL _stored_at + INTERVAL 7 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW events_model AS
SELECT * FROM log_events_model FINAL;
