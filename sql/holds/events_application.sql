-- Stores the application events of incidents under legal hold again before they expire.

INSERT INTO log_events_application SETTINGS insert_deduplicate = 0
SELECT * FROM log_events_application FINAL
WHERE _stored_at < now() - INTERVAL 1 DAY
  AND ((tenant_id, session_id) IN (SELECT tenant_id, session_id FROM held_sessions)
    OR (tenant_id, event_id) IN (SELECT tenant_id, event_id FROM held_events));
