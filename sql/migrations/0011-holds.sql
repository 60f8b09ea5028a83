-- What is under legal hold, and the raw records that were held before the log let them go.

CREATE TABLE IF NOT EXISTS log_held
(
  _partition Int64,
  _offset Int64,
  tenant_id LowCardinality(String),
  incident_id String,
  topic LowCardinality(String),
  partition Int64,
  offset Int64,
  key String,
  body String CODEC(ZSTD(1)),
  sha256 String,
  held_at DateTime64(6, 'UTC'),
  _precedence Int64 MATERIALIZED -_offset,
  _stored_at DateTime MATERIALIZED now()
)
ENGINE = ReplacingMergeTree(_precedence)
ORDER BY (tenant_id, incident_id, topic, partition, offset)
SETTINGS
  non_replicated_deduplication_window = 10000,
  fsync_after_insert = 1,
  fsync_part_directory = 1;

CREATE OR REPLACE VIEW held AS
SELECT * FROM log_held FINAL;

CREATE OR REPLACE VIEW held_incidents AS
SELECT tenant_id, incident_id, max(expires_at) AS held_until
FROM actions
WHERE kind = 'preserve' AND phase IN ('applied', 'proven')
  AND (expires_at IS NULL OR expires_at > now())
GROUP BY tenant_id, incident_id;

CREATE OR REPLACE VIEW held_sessions AS
SELECT DISTINCT tenant_id, arrayJoin(session_ids) AS session_id
FROM incidents
WHERE (tenant_id, incident_id) IN (SELECT tenant_id, incident_id FROM held_incidents);

CREATE OR REPLACE VIEW held_alerts AS
SELECT DISTINCT tenant_id, arrayJoin(alert_ids) AS alert_id
FROM incidents
WHERE (tenant_id, incident_id) IN (SELECT tenant_id, incident_id FROM held_incidents);

CREATE OR REPLACE VIEW held_events AS
SELECT DISTINCT tenant_id, arrayJoin(arrayConcat(event_ids, origin_event_ids)) AS event_id
FROM alerts
WHERE (tenant_id, alert_id) IN (SELECT tenant_id, alert_id FROM held_alerts)
UNION DISTINCT
SELECT tenant_id, arrayJoin(arrayConcat(injection_event_ids, attacker_event_ids)) AS event_id
FROM incidents
WHERE (tenant_id, incident_id) IN (SELECT tenant_id, incident_id FROM held_incidents);
