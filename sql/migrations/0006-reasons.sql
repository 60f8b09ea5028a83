-- Why a call is said to follow an instruction.

ALTER TABLE log_alerts
  ADD COLUMN IF NOT EXISTS reasons Array(String) AFTER revision;

CREATE OR REPLACE VIEW alerts AS
SELECT * FROM log_alerts FINAL;
