-- What is being done: cases, actions, enforcement, each with its history.

CREATE TABLE IF NOT EXISTS log_cases
(
  _partition Int64,
  _offset Int64,
  incident_id String,
  tenant_id LowCardinality(String),
  session_ids Array(String),
  status LowCardinality(String),
  stage LowCardinality(Nullable(String)),
  detected_at DateTime64(6, 'UTC'),
  triaged_at Nullable(DateTime64(6, 'UTC')),
  contained_at Nullable(DateTime64(6, 'UTC')),
  recovered_at Nullable(DateTime64(6, 'UTC')),
  review_due_at Nullable(DateTime64(6, 'UTC')),
  closed_at Nullable(DateTime64(6, 'UTC')),
  blast_radius Array(String),
  decisions Array(String),
  playbook LowCardinality(Nullable(String)),
  playbook_version LowCardinality(Nullable(String)),
  revision Int64,
  _stored_at DateTime MATERIALIZED now()
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, incident_id, revision)
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW cases AS
SELECT * FROM log_cases
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, incident_id;

CREATE TABLE IF NOT EXISTS log_actions
(
  _partition Int64,
  _offset Int64,
  action_id String,
  incident_id String,
  tenant_id LowCardinality(String),
  occurred_at DateTime64(6, 'UTC'),
  kind LowCardinality(String),
  phase LowCardinality(String),
  scope Nullable(String),
  requested_by Nullable(String),
  approved_by Array(String),
  reason Nullable(String),
  parameters Map(String, String),
  outcome Nullable(String),
  expires_at Nullable(DateTime64(6, 'UTC')),
  revision Int64,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_action_id action_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, incident_id, action_id, revision)
TTL _stored_at + INTERVAL 90 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW actions AS
SELECT * FROM log_actions
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, action_id;

CREATE TABLE IF NOT EXISTS log_enforcement
(
  _partition Int64,
  _offset Int64,
  enforcement_id String,
  tenant_id LowCardinality(String),
  scope_kind LowCardinality(String),
  scope_value String,
  restriction LowCardinality(String),
  incident_id Nullable(String),
  since DateTime64(6, 'UTC'),
  expires_at Nullable(DateTime64(6, 'UTC')),
  reason Nullable(String),
  revision Int64,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_scope_value scope_value TYPE bloom_filter GRANULARITY 1,
  INDEX by_incident_id incident_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, enforcement_id, revision)
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW enforcement AS
SELECT * FROM log_enforcement
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, enforcement_id;
