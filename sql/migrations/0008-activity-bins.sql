-- What a session did on a server within five minutes of event time.

ALTER TABLE log_activity
  ADD COLUMN IF NOT EXISTS bucket Int64 AFTER enforcement_ids,
  ADD COLUMN IF NOT EXISTS bin_at Nullable(DateTime64(6, 'UTC')) AFTER bucket,
  ADD COLUMN IF NOT EXISTS bin_events Int64 AFTER bin_at,
  ADD COLUMN IF NOT EXISTS bin_event_id Nullable(String) AFTER bin_events,
  ADD COLUMN IF NOT EXISTS bin_calls Int64 AFTER bin_event_id,
  ADD COLUMN IF NOT EXISTS bin_rows Int64 AFTER bin_calls,
  ADD COLUMN IF NOT EXISTS bin_bytes_out Int64 AFTER bin_rows,
  ADD COLUMN IF NOT EXISTS bin_bytes_in Int64 AFTER bin_bytes_out,
  ADD COLUMN IF NOT EXISTS bin_destinations
    Array(Tuple(destination String, flows Int64, bytes_out Int64, bytes_in Int64))
    AFTER bin_bytes_in,
  ADD COLUMN IF NOT EXISTS bin_destinations_dropped Int64 AFTER bin_destinations;

CREATE OR REPLACE VIEW activity AS
SELECT * FROM log_activity FINAL;
