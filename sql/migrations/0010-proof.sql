-- What proves a restriction of a tool, a role, a credential or a text; an incident's credentials.

ALTER TABLE log_activity
  ADD COLUMN IF NOT EXISTS permitted
    Array(Tuple(
      tool_name Nullable(String),
      tool_definition_hash Nullable(String),
      token_id Nullable(String),
      changes Bool,
      last_at DateTime64(6, 'UTC')))
    AFTER bin_destinations_dropped,
  ADD COLUMN IF NOT EXISTS permitted_dropped Int64 AFTER permitted,
  ADD COLUMN IF NOT EXISTS content_hashes Array(String) AFTER permitted_dropped,
  ADD COLUMN IF NOT EXISTS roles Array(String) AFTER content_hashes;

CREATE OR REPLACE VIEW activity AS
SELECT * FROM log_activity FINAL;

ALTER TABLE log_incidents
  ADD COLUMN IF NOT EXISTS token_ids Array(String) AFTER alert_hits;

CREATE OR REPLACE VIEW incidents AS
SELECT * FROM log_incidents
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, incident_id;
