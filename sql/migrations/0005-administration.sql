-- The rules in force, and the input nobody could use.

CREATE TABLE IF NOT EXISTS log_rules
(
  _partition Int64,
  _offset Int64,
  rule_id LowCardinality(String),
  name String,
  rule_version LowCardinality(String),
  state LowCardinality(String),
  text String CODEC(ZSTD(1)),
  pack_version LowCardinality(String),
  changed_at DateTime64(6, 'UTC'),
  changed_by Nullable(String),
  revision Int64,
  effective_at DateTime64(6, 'UTC'),
  _stored_at DateTime MATERIALIZED now()
)
ENGINE = ReplacingMergeTree
ORDER BY (rule_id, revision)
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW rules AS
SELECT * FROM log_rules
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY rule_id;

CREATE TABLE IF NOT EXISTS log_rejects
(
  _partition Int64,
  _offset Int64,
  reject_id String,
  tenant_id LowCardinality(Nullable(String)),
  source LowCardinality(String),
  partition Int32,
  position Int64,
  reason LowCardinality(String),
  detail String,
  bytes Int64,
  rejected_by LowCardinality(String),
  occurred_at Nullable(DateTime64(6, 'UTC')),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now(),
  INDEX by_reject_id reject_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_tenant_id tenant_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(_precedence)
ORDER BY (source, partition, position, reject_id)
TTL _stored_at + INTERVAL 30 DAY
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW rejects AS
SELECT * FROM log_rejects FINAL;
