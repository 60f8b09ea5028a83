-- Stores the actions of incidents under legal hold again before they expire: the hold too.

INSERT INTO log_actions SETTINGS insert_deduplicate = 0
SELECT * FROM log_actions FINAL
WHERE _stored_at < now() - INTERVAL 1 DAY
  AND (tenant_id, incident_id) IN (SELECT tenant_id, incident_id FROM held_incidents);
