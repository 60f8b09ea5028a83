-- What was made of the events: observations, finished sessions, activity, baselines.

CREATE TABLE IF NOT EXISTS log_observations
(
  _partition Int64,
  _offset Int64,
  observation_id String,
  event_id String,
  layer LowCardinality(String),
  action LowCardinality(String),
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
  client_address Nullable(String),
  approval_id Nullable(String),
  source_principal Nullable(String),
  call_id Nullable(String),
  late Bool,
  tool_name LowCardinality(Nullable(String)),
  tool_definition_hash Nullable(String),
  is_error Nullable(Bool),
  decision LowCardinality(Nullable(String)),
  tool_calls Nullable(Int64),
  tool_calls_of_this_tool Nullable(Int64),
  repeated_calls Nullable(Int64),
  distinct_tools Nullable(Int64),
  errors Nullable(Int64),
  denials Nullable(Int64),
  seconds_since_request Nullable(Float64),
  seconds_since_session_end Nullable(Float64),
  effect LowCardinality(Nullable(String)),
  requested Nullable(Bool),
  instructed Nullable(Bool),
  instruction_event_ids Array(String),
  argument_origins Map(String, String),
  origins Array(String),
  labels Array(String),
  features Map(String, Float64),
  sensitive_types Array(String),
  rows Nullable(Int64),
  bytes Nullable(Int64),
  rows_read Nullable(Int64),
  bytes_read Nullable(Int64),
  object_names Array(String),
  objects_read Array(Tuple(object String, rows Int64, bytes Int64, sensitive_types Array(String))),
  objects_out_of_scope Array(String),
  db_user LowCardinality(Nullable(String)),
  destination_host Nullable(String),
  destination_port Nullable(Int32),
  destination_allowed Nullable(Bool),
  event_bytes_out Nullable(Int64),
  bytes_out Nullable(Int64),
  destinations Array(String),
  completions Nullable(Int64),
  output_bytes Nullable(Int64),
  proposed_tools Array(String),
  facts_dropped Int64,
  arguments_hash Nullable(String),
  tool_definitions Nullable(Int64),
  server_allowed Nullable(Bool),
  origin_server_ids Array(String),
  token_scopes Array(String),
  user_delegated Nullable(Bool),
  query_fingerprint Nullable(String),
  destination_domain Nullable(String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_event_id event_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_observation_id observation_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_server_id server_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_object_names object_names TYPE bloom_filter GRANULARITY 1,
  INDEX by_destination_host destination_host TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, occurred_at, observation_id)
TTL _stored_at + INTERVAL 7 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW observations AS
SELECT * FROM log_observations FINAL;

CREATE TABLE IF NOT EXISTS log_sessions
(
  _partition Int64,
  _offset Int64,
  tenant_id LowCardinality(String),
  session_id String,
  part Int64,
  agent_id LowCardinality(String),
  agent_version LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  session_basis LowCardinality(String),
  started_at DateTime64(6, 'UTC'),
  ended_at DateTime64(6, 'UTC'),
  end_basis LowCardinality(String),
  measures Map(String, Float64),
  sets Map(String, Array(String)),
  server_ids Array(String),
  events Int64,
  revision Int64,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time ended_at TYPE minmax GRANULARITY 1,
  INDEX by_session_id session_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_user_id user_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(ended_at)
ORDER BY (tenant_id, agent_id, ended_at, session_id, part, revision)
TTL _stored_at + INTERVAL 90 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW sessions AS
SELECT * FROM log_sessions
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, session_id, part;

CREATE TABLE IF NOT EXISTS log_activity
(
  _partition Int64,
  _offset Int64,
  tenant_id LowCardinality(String),
  server_id LowCardinality(String),
  session_id String,
  layer LowCardinality(String),
  agent_id LowCardinality(Nullable(String)),
  collector_id LowCardinality(String),
  last_collector_seq Int64,
  first_at DateTime64(6, 'UTC'),
  last_at DateTime64(6, 'UTC'),
  permitted_count Int64,
  refused_count Int64,
  flow_count Int64,
  query_count Int64,
  enforcement_ids Array(String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time last_at TYPE minmax GRANULARITY 1,
  INDEX by_session_id session_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(last_at)
ORDER BY (tenant_id, server_id, last_at, session_id, layer, collector_id, last_collector_seq)
TTL _stored_at + INTERVAL 7 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW activity AS
SELECT * FROM log_activity FINAL;

CREATE TABLE IF NOT EXISTS log_baselines
(
  _partition Int64,
  _offset Int64,
  tenant_id LowCardinality(String),
  agent_id LowCardinality(String),
  measure LowCardinality(String),
  epoch Int64,
  kind LowCardinality(String),
  sealed_at DateTime64(6, 'UTC'),
  samples_count Int64,
  mean Nullable(Float64),
  median Nullable(Float64),
  mad Nullable(Float64),
  quantiles Array(Float64),
  last_seen Map(String, DateTime64(6, 'UTC')),
  revision Int64,
  _stored_at DateTime MATERIALIZED now()
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, agent_id, measure, epoch, revision)
TTL _stored_at + INTERVAL 90 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW baselines AS
SELECT * FROM log_baselines
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, agent_id, measure, epoch;
