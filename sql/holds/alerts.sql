-- Stores the alerts of incidents under legal hold again before they expire.

INSERT INTO log_alerts SETTINGS insert_deduplicate = 0
SELECT * FROM log_alerts FINAL
WHERE _stored_at < now() - INTERVAL 1 DAY
  AND ((tenant_id, session_id) IN (SELECT tenant_id, session_id FROM held_sessions)
    OR (tenant_id, alert_id) IN (SELECT tenant_id, alert_id FROM held_alerts));
