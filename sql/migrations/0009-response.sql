-- Who wrote a restriction and how, what a case waits for, and what proves a person's decision.

ALTER TABLE log_cases
  ADD COLUMN IF NOT EXISTS severity LowCardinality(Nullable(String)) AFTER revision,
  ADD COLUMN IF NOT EXISTS preserved_at Nullable(DateTime64(6, 'UTC')) AFTER severity,
  ADD COLUMN IF NOT EXISTS eradicated_at Nullable(DateTime64(6, 'UTC')) AFTER preserved_at,
  ADD COLUMN IF NOT EXISTS stage_since_at Nullable(DateTime64(6, 'UTC')) AFTER eradicated_at,
  ADD COLUMN IF NOT EXISTS awaiting Array(String) AFTER stage_since_at,
  ADD COLUMN IF NOT EXISTS containment Array(String) AFTER awaiting,
  ADD COLUMN IF NOT EXISTS escalations Array(String) AFTER containment;

CREATE OR REPLACE VIEW cases AS
SELECT * FROM log_cases
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, incident_id;

ALTER TABLE log_actions
  ADD COLUMN IF NOT EXISTS nonce Nullable(String) AFTER revision,
  ADD COLUMN IF NOT EXISTS signature Nullable(String) AFTER nonce,
  ADD COLUMN IF NOT EXISTS detail Nullable(String) AFTER signature;

CREATE OR REPLACE VIEW actions AS
SELECT * FROM log_actions
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, action_id;

ALTER TABLE log_enforcement
  ADD COLUMN IF NOT EXISTS written_by LowCardinality(Nullable(String)) AFTER revision,
  ADD COLUMN IF NOT EXISTS action_id Nullable(String) AFTER written_by,
  ADD COLUMN IF NOT EXISTS tool_names Array(String) AFTER action_id,
  ADD COLUMN IF NOT EXISTS shingles Array(String) AFTER tool_names,
  ADD COLUMN IF NOT EXISTS signature Nullable(String) AFTER shingles;

CREATE OR REPLACE VIEW enforcement AS
SELECT * FROM log_enforcement
ORDER BY revision DESC, _offset DESC
LIMIT 1 BY tenant_id, enforcement_id;
