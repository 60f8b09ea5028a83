-- What agents usually do: counts of finished sessions, and the decayed counts of baselines.

ALTER TABLE log_sessions
  ADD COLUMN IF NOT EXISTS counts Map(String, Map(String, Int64)) AFTER revision,
  ADD COLUMN IF NOT EXISTS dropped_count Int64 AFTER counts;

CREATE OR REPLACE VIEW sessions AS
SELECT * FROM log_sessions
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, session_id, part;

ALTER TABLE log_baselines
  ADD COLUMN IF NOT EXISTS counts Map(String, Map(String, Int64)) AFTER revision,
  ADD COLUMN IF NOT EXISTS evicted_count Int64 AFTER counts,
  ADD COLUMN IF NOT EXISTS since_at Nullable(DateTime64(6, 'UTC')) AFTER evicted_count,
  ADD COLUMN IF NOT EXISTS format_version Int32 AFTER since_at;

CREATE OR REPLACE VIEW baselines AS
SELECT * FROM log_baselines
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, agent_id, measure, epoch;
