-- What was found: alerts, what analysts judged them to be, matches for correlations, incidents with
-- their history.

CREATE TABLE IF NOT EXISTS log_alerts
(
  _partition Int64,
  _offset Int64,
  alert_id String,
  tenant_id LowCardinality(String),
  rule_id LowCardinality(String),
  rule_name LowCardinality(String),
  rule_version LowCardinality(String),
  kind LowCardinality(String),
  source LowCardinality(Nullable(String)),
  layer LowCardinality(String),
  level LowCardinality(String),
  occurred_at DateTime64(6, 'UTC'),
  detected_at DateTime64(6, 'UTC'),
  session_id String,
  agent_id LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  server_id LowCardinality(Nullable(String)),
  call_id Nullable(String),
  event_ids Array(String),
  title String,
  summary String,
  claims Array(String),
  entities Array(String),
  atlas Array(String),
  owasp Array(String),
  measures Array(Tuple(name String, observed Float64, expected Nullable(Float64), score Nullable(Float64))),
  origin_event_ids Array(String),
  instruction_event_ids Array(String),
  facts Tuple(rows Int64, bytes Int64, bytes_out Int64, objects Array(Tuple(object String, rows Int64, bytes Int64, sensitive_types Array(String))), destinations Array(String), sensitive_types Array(String)),
  baseline_epoch Nullable(Int64),
  evidence Array(String),
  late Bool,
  pack_version LowCardinality(String),
  dedup_key Nullable(String),
  revision Int64,
  _precedence Int64 MATERIALIZED revision * 1000000000000000000 - toUnixTimestamp64Micro(occurred_at),
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_alert_id alert_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_agent_id agent_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_user_id user_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_server_id server_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_event_ids event_ids TYPE bloom_filter GRANULARITY 1,
  INDEX by_entities entities TYPE bloom_filter GRANULARITY 1,
  INDEX by_rule_id rule_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, alert_id)
TTL _stored_at + INTERVAL 30 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW alerts AS
SELECT * FROM log_alerts FINAL;

CREATE TABLE IF NOT EXISTS log_dispositions
(
  _partition Int64,
  _offset Int64,
  alert_id String,
  tenant_id LowCardinality(String),
  rule_id LowCardinality(String),
  verdict LowCardinality(String),
  decided_at DateTime64(6, 'UTC'),
  decided_by String,
  note Nullable(String),
  _stored_at DateTime MATERIALIZED now()
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, alert_id, _partition, _offset)
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW dispositions AS
SELECT * FROM log_dispositions
ORDER BY _offset DESC
LIMIT 1 BY tenant_id, alert_id;

CREATE TABLE IF NOT EXISTS log_matches
(
  _partition Int64,
  _offset Int64,
  match_id String,
  tenant_id LowCardinality(String),
  rule_id LowCardinality(String),
  rule_name LowCardinality(String),
  rule_version LowCardinality(String),
  layer LowCardinality(String),
  occurred_at DateTime64(6, 'UTC'),
  session_id String,
  agent_id LowCardinality(Nullable(String)),
  user_id LowCardinality(Nullable(String)),
  server_id LowCardinality(Nullable(String)),
  event_id String,
  group_by Map(String, String),
  reason LowCardinality(String),
  exception_id LowCardinality(Nullable(String)),
  pack_version LowCardinality(String),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_time occurred_at TYPE minmax GRANULARITY 1,
  INDEX by_match_id match_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_event_id event_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_rule_id rule_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, session_id, occurred_at, match_id)
TTL
  _stored_at + INTERVAL 1 DAY DELETE WHERE reason = 'counted',
  _stored_at + INTERVAL 30 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW matches AS
SELECT * FROM log_matches FINAL;

CREATE TABLE IF NOT EXISTS log_incidents
(
  _partition Int64,
  _offset Int64,
  incident_id String,
  tenant_id LowCardinality(String),
  generation Int64,
  related_incident_ids Array(String),
  session_ids Array(String),
  severity LowCardinality(String),
  severity_reasons Array(String),
  opened_at DateTime64(6, 'UTC'),
  updated_at DateTime64(6, 'UTC'),
  revision Int64,
  settled Bool,
  alert_ids Array(String),
  alerts_dropped Int64,
  layers Array(String),
  title String,
  summary String,
  agent_ids Array(String),
  user_ids Array(String),
  server_ids Array(String),
  injection_event_ids Array(String),
  attacker_event_ids Array(String),
  data_touched Array(Tuple(object String, rows Int64, bytes Int64, sensitive_types Array(String))),
  destinations Array(String),
  attributions Map(String, Float64),
  alert_hits Map(String, Int64),
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_session_ids session_ids TYPE bloom_filter GRANULARITY 1,
  INDEX by_alert_ids alert_ids TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, incident_id, revision)
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW incidents AS
SELECT * FROM log_incidents
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, incident_id;
