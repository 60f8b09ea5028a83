-- How a record came to its session: what joins the layers.

ALTER TABLE log_events_data ADD COLUMN IF NOT EXISTS client_port Nullable(Int32);
ALTER TABLE log_events_network ADD COLUMN IF NOT EXISTS client_port Nullable(Int32);
ALTER TABLE log_observations ADD COLUMN IF NOT EXISTS client_port Nullable(Int32);

ALTER TABLE log_alerts
  ADD COLUMN IF NOT EXISTS trace_id Nullable(String),
  ADD COLUMN IF NOT EXISTS connection Nullable(String) AFTER trace_id;

ALTER TABLE log_activity
  ADD COLUMN IF NOT EXISTS trace_ids Array(String),
  ADD COLUMN IF NOT EXISTS connections Array(String) AFTER trace_ids;

ALTER TABLE log_incidents
  ADD COLUMN IF NOT EXISTS attribution_bases Map(String, String);

CREATE OR REPLACE VIEW events_data AS
SELECT * FROM log_events_data FINAL;

CREATE OR REPLACE VIEW events_network AS
SELECT * FROM log_events_network FINAL;

CREATE OR REPLACE VIEW observations AS
SELECT * FROM log_observations FINAL;

CREATE OR REPLACE VIEW alerts AS
SELECT * FROM log_alerts FINAL;

CREATE OR REPLACE VIEW activity AS
SELECT * FROM log_activity FINAL;

CREATE OR REPLACE VIEW incidents AS
SELECT * FROM log_incidents
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, incident_id;
