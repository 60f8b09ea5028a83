-- What users asked for and what was said and called in an incident's named events: hostile text, as it came
-- parameter tenant_id: the tenant
-- parameter incident_id: the incident
-- parameter text_chars: characters of each text at most
-- parameter row_limit: at most so many rows, the oldest first
WITH
  incident AS (SELECT * FROM incidents WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}),
  (SELECT any(updated_at) FROM incident) AS until,
  sessions_affected AS (SELECT arrayJoin(session_ids) FROM incident),
  injections AS (SELECT arrayJoin(injection_event_ids) FROM incident),
  attacks AS (SELECT arrayJoin(attacker_event_ids) FROM incident)
SELECT
  occurred_at, event_id, action, server_id, tool_name, user_id, source_principal,
  multiIf(event_id IN injections, 'injection', event_id IN attacks, 'attack', 'request') AS role,
  substringUTF8(coalesce(content, arguments, ''), 1, {text_chars:UInt32}) AS text
FROM events_application
WHERE tenant_id = {tenant_id:String}
  AND (
    event_id IN injections OR event_id IN attacks
    OR (session_id IN sessions_affected AND action = 'user_request' AND occurred_at <= until)
  )
ORDER BY occurred_at, collector_id, collector_seq, event_id
LIMIT {row_limit:UInt32}
