-- Stores the data events of incidents under legal hold again before they expire.

INSERT INTO log_events_data SETTINGS insert_deduplicate = 0
SELECT * FROM log_events_data FINAL
WHERE _stored_at < now() - INTERVAL 1 DAY
  AND ((tenant_id, session_id) IN (SELECT tenant_id, session_id FROM held_sessions)
    OR (tenant_id, event_id) IN (SELECT tenant_id, event_id FROM held_events));
